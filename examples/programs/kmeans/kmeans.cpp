#include "programs/kmeans/kmeans.hpp"

#include <optional>
#include <string>
#include <vector>

#include "programs/kmeans/files.hpp"
#include "programs/kmeans/paper_clusters.hpp"
#include "programs/kmeans/pictures.hpp"
#include "programs/kmeans/rows.hpp"
#include "programs/kmeans/save_latents.hpp"
#include "programs/kmeans/sentences.hpp"
#include "support/cli/task_progress.hpp"
#include "support/session/comparable.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace {

/// Computes rows, their products, and all about their clusters; saves the rows when asked to.
Clustering cluster_layer(Session& session, const std::vector<unet::Index>& images, const std::string& layer,
                         const std::vector<Labelling>& labels, const std::vector<double>& brightness,
                         const KMeansProgramOptions& options, const ResultFolder& out,
                         const std::filesystem::path& save_to) {
  const LayerRows latents = layer_rows(session, images, layer, {options.memory_limit * 1'000'000, out.path()});
  const unet::RowStore& rows = latents.rows;
  if (!save_to.empty())
    check_writable(std::filesystem::absolute(save_to).parent_path(), rows.rows() * rows.columns() * 4 + 1'000'000);
  TaskProgress products("inner products of " + layer), clusters("clusters of " + layer);
  const Eigen::MatrixXd gram = unet::centred_gram(rows, products.callback());
  Clustering c = analyse(gram, labels, brightness, options, session.seed(), clusters.callback());
  c.layer = layer;
  c.shape = latents.shape;
  if (!save_to.empty()) {
    std::vector<std::string> ids;
    for (const unet::Index i : images) ids.push_back(session.record(i).id);
    save_latents(save_to, rows, c, ids);
  }
  return c;
}

std::string introduction(const Clustering& c, const KMeansProgramOptions& options, std::uint64_t seed) {
  const unet::Shape& s = c.shape;
  const std::string images = grouped(static_cast<long long>(c.clusters.labels.size()));
  return (options.part == "all" ? "All " + images + " images of the three parts together"
                                : "The " + images + " images of the part " + options.part) +
         ": each is represented by the " + grouped(s.size()) + " numbers of " +
         (c.layer == "pixels" ? std::string("its pixels") : "the output of the layer " + c.layer) + " (" +
         std::to_string(s.h) + " x " + std::to_string(s.w) + " x " + std::to_string(s.c) +
         "). K-means with K = " + std::to_string(options.clusters) + " from k-means++ centres, best of " +
         std::to_string(options.restarts) + " runs, seed " + std::to_string(seed) + ": inertia " +
         significant(c.clusters.inertia, 6) + ", mean silhouette " + fixed(c.silhouette, 3) +
         ". Clusters are numbered by size.";
}

}  // namespace

void check(const KMeansProgramOptions& options, const Choices& choices) {
  check_layer(options.layer, choices.layers);
  const std::size_t count = choices.images(options.part).size();
  if (options.clusters > static_cast<unet::Index>(count))
    throw unet::OptionError("--k " + std::to_string(options.clusters) + ": there are only " + std::to_string(count) +
                            " images to group; use at most as many clusters");
}

Section run_kmeans(Session& session, const KMeansProgramOptions& options, const ResultFolder& out) {
  check(options);
  check(options, session.choices());
  const std::vector<unet::Index> images = session.images(options.part);
  const std::vector<Labelling> labels = labellings(session.data().records(), images);
  const ImageFacts facts = image_facts(session, images);
  const Clustering c =
      cluster_layer(session, images, options.layer, labels, facts.brightness, options, out, options.save_latents);
  std::optional<Clustering> control;
  if (options.layer != "pixels")
    control = cluster_layer(session, images, "pixels", labels, facts.brightness, options, out, {});

  PicturedImages pictured{{}, facts.thumbnails, labels.empty() ? nullptr : &labels.front()};
  for (const unet::Index i : images) pictured.ids.push_back(session.record(i).id);
  std::vector<const Clustering*> clusterings = {&c};
  if (control) clusterings.push_back(&*control);

  out.write("clusters.csv", clusters_csv(c, control ? &*control : nullptr, pictured.ids, facts.brightness));
  out.write("table.csv", class_csv(c, pictured.labelling));
  out.write("k.csv", counts_csv(clusterings));

  Section section{"clusters", "Clusters of the latent space", {}};
  const auto note = [&](const std::string& text) { section.add(Finding{Finding::Verdict::note, text}); };
  section.add(Paragraph{introduction(c, options, session.seed())});
  for (const std::string& line : missing_labels(labels, static_cast<unet::Index>(images.size())))
    note("Missing metadata: " + line + ".");
  section.add(class_table(c, pictured.labelling));
  const std::string about =
      " Each mark is an image; the images are shown on their first two principal components, which hold " +
      percent(std::accumulate(c.components.explained.begin(), c.components.explained.end(), 0.0)) + " of the variance.";
  if (pictured.labelling) {
    const std::string by_class = scatter_svg(component_map(c, pictured, true), "pca-by-class");
    out.write("pca_by_class.svg", by_class);
    section.add(Figure{"Map of the images coloured by " + pictured.labelling->name + "; clusters.csv has the numbers.",
                       "Images coloured by " + pictured.labelling->name + "." + about,
                       by_class,
                       {}});
  }
  const ScatterChart by_cluster = component_map(c, pictured, false);
  out.write("pca_by_cluster.svg", scatter_svg(by_cluster, "pca-by-cluster"));
  section.add(Figure{"Map of the images coloured by cluster; clusters.csv has the numbers.",
                     "The same images coloured by cluster.",
                     scatter_svg(by_cluster, "pca-by-cluster", pictured.labelling ? "pca-by-class" : ""),
                     {}});
  const Picture nearest = nearest_sheet(c, pictured, [&](std::size_t i) {
    unet::Image image(session.data().shape().h, session.data().shape().w, session.data().shape().c);
    image.pixels = session.sample(images[i]).image.values;
    return to_picture(image);
  });
  out.write_png("nearest.png", nearest);
  section.add(
      Figure{"For each cluster a row of the images nearest to its centre, with their ids; clusters.csv has the "
             "distances of all images.",
             "The images nearest to the centre of each cluster, nearest first.",
             {},
             nearest});

  std::vector<Agreement> papers;
  if (pictured.labelling && are_papers_images(session.data())) {
    papers = paper_agreements({options.draws, session.seed()});
    section.add(paper_class_table());
  }
  section.add(agreement_table(clusterings, papers));
  section.add(brightness_table(clusterings));
  out.write("agreement.csv", agreement_csv(clusterings));
  section.add(counts_table(clusterings));
  for (const Clustering* each : clusterings)
    for (const std::string& line : cluster_sentences(*each, pictured.labelling)) note(line);
  for (const Agreement& a : papers) note(agreement_sentence("the paper's latents", a));
  if (control)
    for (const std::string& line : control_sentences(c, *control, {options.draws, session.seed()})) note(line);
  return section;
}

}  // namespace app
