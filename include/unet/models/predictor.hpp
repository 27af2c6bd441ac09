// Inference in several threads on the values of one model.
#pragma once
#include "unet/models/model.hpp"

namespace unet {

/// What one more thread needs to compute on a model's values: an arena and a context. Values, also in the backend's own form, are
/// the model's and are read only, so a predictor takes the memory of activations and no other.
///
/// One predictor a thread; two threads in one are an Error. The model itself may be used beside them. It must outlive them and keep
/// its values: after set_values(), parameters() or keep_packed() make new ones.
template <class Net, InferenceBackend B>
class Predictor {
 public:
  using T = typename B::Scalar;

  /// To be made in the thread that uses the model, or while nobody does.
  explicit Predictor(Model<Net, B>& model) : slot_(model.slot()), packed_(model.packed()) {
    B::wait(B::record(model.context()));  // values and their packed form are complete
  }

  /// As Model's.
  HostTensor<T> operator()(View<const T> images) {
    check_input<Net>(images.shape);
    const OneUser::Use in_use = users_.begin(
        "this Predictor is in use already: two threads called it at a time; make one for each thread from the Model");
    return detail::forward_from_host<Net, B>(arena_, planned_, context_, packed_, slot_, steps_of<Net, B>().size(),
                                             images);
  }
  /// As Model's: images of any size.
  HostTensor<T> predict(View<const T> images) {
    return detail::predict_any_size<Net>(images, [this](View<const T> padded) { return (*this)(padded); });
  }

 private:
  Slot<B> slot_;
  const PackedWeights<B>* packed_;
  typename B::Context context_;
  Arena<B> arena_;
  detail::PlannedPass<B> planned_;
  OneUser users_;
};

}  // namespace unet
