// The two TensorFlow operations, registered through its C API when this library is loaded.
#include <cstdint>
#include <exception>
#include <memory>
#include <string>

#include "bfloat16/denseBlock.h"
#include "denseBlock.h"
#include "memory.h"
#include "operations.h"
#include "tensorflowApi.h"

namespace denselab {

namespace {

struct StatusDeleter {
  void operator()(TF_Status* status) const { TF_DeleteStatus(status); }
};
struct TensorDeleter {
  void operator()(TF_Tensor* tensor) const { TF_DeleteTensor(tensor); }
};
using Status = std::unique_ptr<TF_Status, StatusDeleter>;
using Tensor = std::unique_ptr<TF_Tensor, TensorDeleter>;

// What a kernel stops with; TensorFlow tells it as the failure of the step.
struct Refused {
  std::string reason;
};

void require(bool holds, const char* what) {
  if (!holds) throw Refused{what};
}

const float* floats(const Tensor& tensor) { return static_cast<const float*>(TF_TensorData(tensor.get())); }
float* writable(const Tensor& tensor) { return static_cast<float*>(TF_TensorData(tensor.get())); }

class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}

  Tensor input(int index) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, index, &tensor, status_.get());
    check();
    return Tensor(tensor);
  }

  Tensor output(int index, std::initializer_list<std::int64_t> sizes) {
    std::int64_t count = 1;
    for (const std::int64_t size : sizes) count *= size;
    TF_Tensor* tensor = TF_AllocateOutput(context_, index, TF_FLOAT, sizes.begin(), static_cast<int>(sizes.size()),
                                          static_cast<std::size_t>(count) * sizeof(float), status_.get());
    check();
    return Tensor(tensor);
  }

  // An output of one dimension whose memory is ours.
  Tensor keptOutput(int index, std::size_t count) {
    const std::int64_t size = static_cast<std::int64_t>(count);
    const auto give = [](void* data, std::size_t, void*) { giveMemory(static_cast<float*>(data)); };
    Tensor tensor(TF_NewTensor(TF_FLOAT, &size, 1, takeMemory(count), count * sizeof(float), give, nullptr));
    require(tensor != nullptr, "there is no memory for the block's state");
    TF_SetOutput(context_, index, tensor.get(), status_.get());
    check();
    return tensor;
  }

  void fail(const std::string& reason) {
    TF_SetStatus(status_.get(), TF_INVALID_ARGUMENT, reason.c_str());
    TF_OpKernelContext_Failure(context_, status_.get());
  }

 private:
  void check() {
    if (TF_GetCode(status_.get()) != TF_OK) throw Refused{TF_Message(status_.get())};
  }

  TF_OpKernelContext* context_;
  Status status_;
};

struct Kernel {
  BlockShape shape;
  // Whether maps are kept in bfloat16 while the operation runs; what goes in and out is float32.
  bool bfloat16;
  // Whether the gradient computes again what the forward pass can leave out of its state; in bfloat16 only.
  bool recomputes;

  std::size_t stateFloats(int images, int height, int width) const {
    return bfloat16 ? bfloat16::stateFloats(shape, recomputes, images, height, width)
                    : BlockState::floats(shape, PlaneSize::of(height, width), images);
  }
};

void* create(TF_OpKernelConstruction* construction) {
  const Status status(TF_NewStatus());
  auto kernel = std::make_unique<Kernel>();
  const auto number = [&](const char* name) {
    std::int32_t value = 0;
    TF_OpKernelConstruction_GetAttrInt32(construction, name, &value, status.get());
    return TF_GetCode(status.get()) == TF_OK ? value : 0;
  };
  BlockShape& shape = kernel->shape;
  shape = {number("input_channels"), number("growth_rate"), number("layers"), number("bottleneck"), number("transition"), 0};
  TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &shape.epsilon, status.get());
  const auto holds = [&](const char* name) {
    unsigned char value = 0;
    TF_OpKernelConstruction_GetAttrBool(construction, name, &value, status.get());
    return TF_GetCode(status.get()) == TF_OK && value != 0;
  };
  kernel->bfloat16 = holds("maps_in_bfloat16");
  kernel->recomputes = holds("recompute");
  if (kernel->bfloat16 && !processorHasBfloat16())
    TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, "this processor has no products of bfloat16");
  if (TF_GetCode(status.get()) != TF_OK) TF_OpKernelConstruction_Failure(construction, status.get());
  return kernel.release();
}

void destroy(void* kernel) { delete static_cast<Kernel*>(kernel); }

struct Maps {
  int images;
  int height;
  int width;
};

Maps readMaps(const Tensor& maps, const BlockShape& shape) {
  require(TF_NumDims(maps.get()) == 4, "the block's maps are not [n, h, w, channels]");
  const auto size = [&](int axis) { return static_cast<int>(TF_Dim(maps.get(), axis)); };
  require(size(3) == shape.inputChannels, "the block's maps have another number of channels");
  require(size(0) > 0 && size(1) > 0 && size(2) > 0, "the block's maps are empty");
  require(shape.transition == 0 || (size(1) > 1 && size(2) > 1), "the block's maps are too small for a transition");
  return {size(0), size(1), size(2)};
}

void requireParameters(const Tensor& parameters, const BlockLayout& layout) {
  require(TF_TensorElementCount(parameters.get()) == static_cast<std::int64_t>(layout.parameters),
          "the block's parameters have another size");
}

void forward(Call& call, const Kernel& kernel) {
  const BlockShape& shape = kernel.shape;
  const Tensor maps = call.input(0);
  const Tensor parameters = call.input(1);
  const auto [images, height, width] = readMaps(maps, shape);
  const BlockLayout layout(shape);
  requireParameters(parameters, layout);
  const Tensor output = shape.transition > 0 ? call.output(0, {images, height / 2, width / 2, shape.transition})
                                             : call.output(0, {images, padded(shape.channels())});
  const std::size_t kept = kernel.stateFloats(images, height, width);
  const Tensor state = call.keptOutput(1, kept);
  const Tensor statistics = call.output(2, {static_cast<std::int64_t>(layout.statistics)});
  if (kernel.bfloat16)
    bfloat16::denseBlockForward(shape, kernel.recomputes, images, height, width, floats(maps), floats(parameters),
                            writable(output), writable(state), writable(statistics));
  else
    denseBlockForward(shape, images, height, width, floats(maps), floats(parameters), writable(output), writable(state), writable(statistics));
}

void backward(Call& call, const Kernel& kernel) {
  const BlockShape& shape = kernel.shape;
  const Tensor gradient = call.input(0);
  const Tensor maps = call.input(1);
  const Tensor parameters = call.input(2);
  const Tensor state = call.input(3);
  const auto [images, height, width] = readMaps(maps, shape);
  const BlockLayout layout(shape);
  requireParameters(parameters, layout);
  const std::size_t kept = kernel.stateFloats(images, height, width);
  require(TF_TensorElementCount(state.get()) == static_cast<std::int64_t>(kept), "the block's state has another size");
  const std::int64_t wanted = shape.transition > 0
                                  ? static_cast<std::int64_t>(images) * (height / 2) * (width / 2) * shape.transition
                                  : static_cast<std::int64_t>(images) * padded(shape.channels());
  require(TF_TensorElementCount(gradient.get()) == wanted, "the gradient of the block's output has another size");
  const Tensor ofMaps = call.output(0, {images, height, width, shape.inputChannels});
  const Tensor ofParameters = call.output(1, {static_cast<std::int64_t>(layout.parameters)});
  if (kernel.bfloat16)
    bfloat16::denseBlockBackward(shape, kernel.recomputes, images, height, width, floats(gradient), floats(parameters),
                             writable(state), writable(ofMaps), writable(ofParameters));
  else
    denseBlockBackward(shape, images, height, width, floats(gradient), floats(parameters), writable(state), writable(ofMaps), writable(ofParameters));
}

template <void (*Compute)(Call&, const Kernel&)>
void compute(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  try {
    Compute(call, *static_cast<const Kernel*>(kernel));
  } catch (const Refused& refused) {
    call.fail(refused.reason);
  } catch (const std::exception& error) {
    call.fail(error.what());
  }
}

void unknownShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

template <void (*Compute)(Call&, const Kernel&)>
bool registerOperation(const char* name, std::initializer_list<const char*> inputs,
                       std::initializer_list<const char*> outputs) {
  const Status status(TF_NewStatus());
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(name);
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  for (const char* attribute : {"input_channels: int", "growth_rate: int", "layers: int", "bottleneck: int",
                                "transition: int", "epsilon: float", "maps_in_bfloat16: bool", "recompute: bool"})
    TF_OpDefinitionBuilderAddAttr(definition, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, unknownShapes);
  TF_RegisterOpDefinition(definition, status.get());
  if (TF_GetCode(status.get()) != TF_OK) return false;
  TF_KernelBuilder* kernel = TF_NewKernelBuilder(name, "CPU", create, compute<Compute>, destroy);
  TF_RegisterKernelBuilder(name, kernel, status.get());
  return TF_GetCode(status.get()) == TF_OK;
}

}  // namespace

bool registerOperations() {
  return registerOperation<forward>("DenseLabDenseBlock", {"maps: float", "parameters: float"},
                                    {"output: float", "state: float", "statistics: float"}) &&
         registerOperation<backward>("DenseLabDenseBlockGradient",
                                     {"gradient: float", "maps: float", "parameters: float", "state: float"},
                                     {"of_maps: float", "of_parameters: float"});
}

}  // namespace denselab
