// kmeans: its files from fixed numbers, data without metadata, and the program as a user runs it.
#include <sstream>

#include "../cluster/points.hpp"
#include "../support/well_formed.hpp"
#include "pictures.hpp"
#include "programs/kmeans/files.hpp"
#include "programs/kmeans/pictures.hpp"
#include "programs/kmeans/sentences.hpp"
#include "programs/kmeans/tables.hpp"
#include "runs.hpp"
#include "support/page/section_text.hpp"
#include "support/text/numbers.hpp"
#include "unet/chest/phantom.hpp"

namespace kmeans_test {

using namespace test;

namespace {

/// Made-up rows in groups for the patients of a small phantom. Brightness follows the groups.
struct Fixed {
  std::vector<unet::Record> records;
  std::vector<Index> images;
  std::vector<double> brightness;
  Eigen::MatrixXd gram;

  explicit Fixed(Index groups = 3) {
    unet::PhantomOptions options;
    options.count = 24;
    options.height = options.width = 16;
    records = unet::Phantom(options).records();
    for (Index i = 0; i < 24; ++i) {
      images.push_back(i);
      brightness.push_back(0.3 + 0.1 * static_cast<double>(i % groups) + 0.001 * static_cast<double>(i));
    }
    gram = unet::centred_gram(grouped_points(24, 6, groups, 9).view());
  }
  app::Clustering clusters(Index k = 3) const {
    app::KMeansProgramOptions options;
    options.clusters = k;
    options.draws = 199;
    app::Clustering c = app::analyse(gram, app::labellings(records, images), brightness, options, 0);
    c.layer = "latent";
    return c;
  }
  app::PicturedImages pictured(const app::Labelling* labelling) const {
    app::PicturedImages p{{}, {}, labelling};
    for (const unet::Record& record : records) p.ids.push_back(record.id);
    p.thumbnails.assign(records.size(), "data:image/png;base64,QUJD");
    return p;
  }
};

/// All that kmeans makes of a clustering.
std::string everything(const Fixed& data, const app::Clustering& c) {
  const auto labels = app::labellings(data.records, data.images);
  const app::Labelling* labelling = labels.empty() ? nullptr : &labels.front();
  const auto pictured = data.pictured(labelling);
  std::string text = app::class_csv(c, labelling) + app::counts_csv({&c}) + app::agreement_csv({&c}) +
                     app::clusters_csv(c, nullptr, pictured.ids, data.brightness);
  for (const app::Table& table : {app::class_table(c, labelling), app::counts_table({&c, &c}),
                                  app::agreement_table({&c}), app::brightness_table({&c})}) {
    for (const auto& row : table.rows) CHECK(row.size() == table.header.size());
    text += app::plain_text(table);
  }
  for (const auto& lines :
       {app::cluster_sentences(c, labelling), app::missing_labels(labels, 24), app::control_sentences(c, c, {99, 0})})
    for (const std::string& line : lines) text += line + "\n";
  for (const bool by_class : {false, true})
    if (labelling || !by_class) {
      const std::string svg = app::scatter_svg(app::component_map(c, pictured, by_class), "map");
      CHECK(markup_fault(svg) == "");
      CHECK(count(svg, "<g class=\"point\"") == 24);
    }
  return text;
}

std::vector<std::string> small_kmeans(const fs::path& out) {
  return {"--model", trained_run().string(), "--out", out.string(), "--draws", "99", "--restarts", "2"};
}

}  // namespace

TEST_CASE("the files, from fixed numbers") {
  const Fixed data;
  const app::Clustering c = data.clusters();
  const auto labels = app::labellings(data.records, data.images);
  REQUIRE(labels.size() == 3);
  CHECK(
      app::class_csv(c, &labels[0]) ==
      R"(cluster,images,normal male,normal male share,normal female,normal female share,abnormal male,abnormal male share,abnormal female,abnormal female share
1,8,1,0.125,2,0.25,4,0.5,1,0.125
2,8,1,0.125,2,0.25,4,0.5,1,0.125
3,8,1,0.125,2,0.25,2,0.25,3,0.375
all,24,3,0.125,6,0.25,10,0.4166666666666667,5,0.20833333333333334
)");
  for (std::size_t i = 0; i < 24; ++i) CHECK((c.clusters.labels[i] == c.clusters.labels[i % 3]));
  CHECK(unet::best_cluster_count(c.counts) == 3);
  CHECK(c.silhouette > 0.6);
  CHECK(c.brightness.share > 0.99);
  CHECK(c.brightness.p_share == doctest::Approx(1.0 / 200));

  const std::string agreements = app::agreement_csv({&c});
  CHECK(count(agreements, "\nlatent,") == 14);
  CHECK(contains(agreements, "latent,finding,adjusted_rand_index,"));
  CHECK(contains(agreements, "latent,brightness,correlation_of_first_component,"));
  std::istringstream lines(app::clusters_csv(c, &c, data.pictured(nullptr).ids, data.brightness));
  std::string line;
  std::getline(lines, line);
  CHECK(line == "id,cluster,distance,silhouette,component_1,component_2,brightness,pixel_cluster");
  std::getline(lines, line);
  const auto first = cells(line);
  CHECK(first[0] == data.records[0].id);
  CHECK(first[1] == std::to_string(c.clusters.labels[0] + 1));
  CHECK(std::stod(first[2]) == c.clusters.distances[0]);
  CHECK(std::stod(first[4]) == c.components.scores(0, 0));
  CHECK(first[7] == first[1]);
}

TEST_CASE("tables and sentences of fixed numbers") {
  const Fixed data;
  const std::string text = everything(data, data.clusters());
  CHECK(contains(text, "of 2 to 10 clusters, 3 have the highest."));
  CHECK(contains(text, "Clusters of latent and class (24 images): adjusted Rand index"));
  CHECK(contains(text, "Clusters of latent follow the brightness of the images: 99."));
  CHECK(contains(text, "The share that differs most from that among all images: "));
  CHECK_FALSE(contains(text, "unknown for"));
  CHECK_FALSE(contains(text, "nan"));
  CHECK_FALSE(contains(text, ",inf"));
}

TEST_CASE("clusters that are the findings: a strong relation, corrected for the number of tests") {
  Fixed data(2);
  for (Index i = 0; i < 24; ++i) data.records[static_cast<std::size_t>(i)].abnormal = i % 2 == 1;
  const app::Clustering c = data.clusters(2);
  REQUIRE(c.agreements.size() == 3);
  const app::Agreement& finding = c.agreements[2];
  CHECK(finding.with == "finding");
  CHECK(finding.rand_index == doctest::Approx(1));
  CHECK(finding.information == doctest::Approx(1));
  CHECK(finding.p_rand_index == doctest::Approx(1.0 / 200));
  CHECK(finding.p_rand_index_holm == doctest::Approx(6.0 / 200));
  CHECK(contains(everything(data, c),
                 "adjusted Rand index 1.000 (p = 0.030), normalised mutual information 1.000 (p = "
                 "0.030): a strong relation is shown."));
}

TEST_CASE("without metadata: what is missing is said, the rest goes on") {
  Fixed data;
  for (auto& record : data.records) record.sex = unet::Sex::unknown;
  data.records[3].abnormal.reset();
  std::string text = everything(data, data.clusters());
  CHECK(contains(text, "sex is unknown for every image"));
  CHECK(contains(text, "finding is unknown for 1 of 24 images"));
  CHECK(contains(text, "latent,finding,adjusted_rand_index,"));
  CHECK(contains(text, ",23\n"));  // images that take part
  CHECK(contains(text, "finding unknown"));
  CHECK_FALSE(contains(text, "latent,class"));
  for (auto& record : data.records) record.abnormal.reset();
  text = everything(data, data.clusters());
  CHECK(contains(text, "finding is unknown for every image"));
  CHECK(contains(text, "cluster,images\n1,"));
  CHECK_FALSE(contains(text, "adjusted_rand_index"));
  CHECK_FALSE(contains(text, "nan"));
}

TEST_CASE("one cluster, as many as images, images that are all alike") {
  Fixed data;
  CHECK(contains(everything(data, data.clusters(1)), "One cluster has no silhouette; of 2 to 10 clusters, 3 have"));
  CHECK_FALSE(contains(everything(data, data.clusters(24)), "nan"));
  data.gram.setZero();
  data.brightness.assign(24, 0.5);
  const std::string text = everything(data, data.clusters());
  CHECK(contains(text, "All images are equally bright."));
  CHECK_FALSE(contains(text, "nan"));
}

TEST_CASE("the program: its files, and latents from which the library finds the same clusters") {
  const TemporaryFolder root;
  const fs::path latents = root / "latents.safetensors";
  const Ended ended =
      run("kmeans", small_kmeans(root / "new/out") + std::vector<std::string>{"--save-latents", latents.string()});
  CAPTURE(ended.err);
  REQUIRE(ended.exit_code == 0);
  CHECK(contains(ended.out, "All 20 images of the three parts together"));
  CHECK(contains(ended.out, "the 256 numbers of the output of the layer latent (2 x 2 x 64)"));
  CHECK(contains(ended.out, "clusters of pixels"));
  CHECK(tree(root / "new/out").size() == app::kmeans_files.size());
  for (const std::string& name : app::kmeans_files) CHECK(fs::file_size(root / "new/out" / name) > 0);
  for (const char* map : {"pca_by_class.svg", "pca_by_cluster.svg"}) {
    const std::string svg = content(root / "new/out" / map);
    CHECK(markup_fault(svg) == "");
    CHECK(count(svg, "<image") == 20);
  }

  const unet::SafetensorsReader file(latents);
  CHECK(file.metadata().at("layer") == "latent");
  CHECK(file.find("latents")->shape == std::vector<Index>{20, 256});
  const std::vector<float> rows = file.read_f32("latents");
  std::vector<Index> centres(4), labels(20);
  file.read("initial_centres", centres.data(), 4 * sizeof(Index));
  file.read("labels", labels.data(), 20 * sizeof(Index));
  const auto again = unet::kmeans_from(unet::centred_gram(unet::RowView(rows.data(), 20, 256)), centres);
  CHECK(again.labels == labels);
  CHECK(std::stod(file.metadata().at("inertia")) == doctest::Approx(again.inertia).epsilon(1e-12));
  const auto table = lines(root / "new/out/clusters.csv");
  const auto ids = nlohmann::json::parse(file.metadata().at("ids"));
  REQUIRE(table.size() == 21);
  for (std::size_t i = 0; i < 20; ++i) {
    const auto line = cells(table[i + 1]);
    CHECK(line[0] == ids[i]);
    CHECK(line[1] == std::to_string(labels[i] + 1));
    CHECK(std::stod(line[2]) == doctest::Approx(again.distances[i]).epsilon(1e-9));
  }
}

TEST_CASE("the same files for any number of threads and from a temporary file; others for another layer and part") {
  const TemporaryFolder root;
  const auto attempt = [&](const std::string& name, const std::vector<std::string>& more) {
    const Ended ended = run("kmeans", small_kmeans(root / name) + more);
    CAPTURE(ended.err);
    REQUIRE(ended.exit_code == 0);
    return ended.out;
  };
  attempt("a", {});
  attempt("b", {"--threads", "3"});
  attempt("c", {"--memory-limit", "0"});
  CHECK(tree(root / "a") == tree(root / "b"));
  CHECK(tree(root / "a") == tree(root / "c"));
  CHECK(contains(attempt("d", {"--layer", "decoder4", "--k", "2"}), "numbers of the output of the layer decoder4"));
  const std::string pixels = attempt("e", {"--layer", "pixels", "--part", "train"});
  CHECK(contains(pixels, "The 12 images of the part train: each is represented by the 1,024 numbers of its pixels"));
  CHECK_FALSE(contains(pixels, "latent"));
  CHECK(lines(root / "e/clusters.csv").size() == 13);
}

TEST_CASE("images without metadata, of a weights file") {
  const TemporaryFolder root;
  write_images(root / "data", 6, 32, 32);
  const Ended ended = run("kmeans", {"--model", (trained_run() / "best.safetensors").string(), "--data",
                                     (root / "data").string(), "--out", (root / "out").string(), "--draws", "99"});
  CAPTURE(ended.err);
  REQUIRE(ended.exit_code == 0);
  CHECK(contains(ended.out, "sex is unknown for every image"));
  CHECK(contains(ended.out, "finding is unknown for every image"));
  CHECK_FALSE(fs::exists(root / "out/pca_by_class.svg"));
  CHECK(fs::exists(root / "out/pca_by_cluster.svg"));
  CHECK(fs::exists(root / "out/nearest.png"));
}

TEST_CASE("what is refused, before anything is written or lost") {
  const TemporaryFolder root;
  const auto refused = [&](const std::vector<std::string>& more, const std::vector<std::string>& words,
                           rlim_t file_limit = 0) {
    check_refused(run("kmeans", small_kmeans(root / "out") + more, file_limit), words);
  };
  refused({"--k", "0"}, {"--k must be at least 1"});
  refused({"--k", "21"}, {"--k 21", "only 20 images"});
  refused({"--layer", "middle"}, {"unknown layer 'middle'", "pixels, encoder1", "latent", "decoder1"});
  refused({"--part", "tests"}, {"tests", "validation"});
  refused({"--memory-limit", "-1"}, {"--memory-limit must be at least 0"});
  write(root / "latents", std::string("earlier"));
  refused({"--save-latents", (root / "latents").string()}, {"exists already", "--save-latents", "--overwrite"});
  CHECK(tree(root / "out").empty());

  write(root / "out/table.csv", std::string("earlier"));
  refused({}, {"table.csv", "exists", "--overwrite"});
  // A full disk, while latents stream and when they are saved: earlier results are kept, and nothing else is left.
  refused({"--overwrite", "--memory-limit", "0"}, {"temporary file of 1 MB", "Free some space"}, 10'000);
  refused({"--overwrite", "--save-latents", (root / "latents").string()}, {"latents", "can not write"}, 10'000);
  CHECK(tree(root / "out").size() == 1);
  CHECK(content(root / "out/table.csv") == "earlier");
  CHECK(content(root / "latents") == "earlier");
  CHECK(tree(root.path).size() == 3);
}

TEST_CASE("Ctrl-C ends it at the next image, and leaves nothing") {
  const TemporaryFolder root;
  Process process("kmeans",
                  small_kmeans(root / "out") + std::vector<std::string>{"--data", "phantom", "--count", "100", "--size",
                                                                        "128", "--memory-limit", "0"});
  REQUIRE(process.prints("grouping images by latent"));
  process.send(SIGINT);
  const Ended ended = process.wait();
  CAPTURE(ended.err);
  CHECK(ended.exit_code == 130);
  CHECK(contains(ended.err, "interrupted"));
  CHECK(tree(root / "out").empty());
}

}  // namespace kmeans_test
