// Principal components of rows that are known by their Gram matrix: a map of n long rows in a few dimensions.
#pragma once
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/parallel.hpp"
#include "unet/core/shape.hpp"

namespace unet {

struct PrincipalComponents {
  Eigen::MatrixXd scores;         ///< n x components: coordinates of the rows about their mean
  std::vector<double> explained;  ///< share of the total variance, for each component; 0 when nothing varies
};

/// The first principal components from the centred Gram matrix: G = V L V' gives the scores V sqrt(L), the same as those of
/// the rows themselves (Gower, "Some distance properties of latent root and vector methods", 1966). The score that is largest
/// by amount is positive in each component, of equal ones the first. The bits do not depend on the number of threads.
/// Time grows with n^3.
/// @param centred_gram n x n, see centred_gram()
/// @throws ShapeError for more components than rows; Error when the decomposition does not converge (numbers not finite)
inline PrincipalComponents principal_components(const Eigen::MatrixXd& centred_gram, Index components = 2) {
  const Index n = centred_gram.rows();
  if (components > n)
    throw ShapeError("principal_components: " + std::to_string(components) + " components of " + std::to_string(n) +
                     " rows; there are at most as many as rows");
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  parallel_for(1, [&](Index) { solver.compute(centred_gram); });
  if (solver.info() != Eigen::Success)
    throw Error("principal_components: the decomposition does not converge; check that all values are finite");
  const double total = centred_gram.trace();
  PrincipalComponents result{Eigen::MatrixXd(n, components), {}};
  for (Index c = 0; c < components; ++c) {
    const double value = std::max(0.0, solver.eigenvalues()[n - 1 - c]);  // they come in ascending order
    Eigen::VectorXd scores = solver.eigenvectors().col(n - 1 - c) * std::sqrt(value);
    Index largest = 0;
    scores.cwiseAbs().maxCoeff(&largest);
    result.scores.col(c) = scores[largest] < 0 ? Eigen::VectorXd(-scores) : scores;
    result.explained.push_back(total > 0 ? value / total : 0);
  }
  return result;
}

}  // namespace unet
