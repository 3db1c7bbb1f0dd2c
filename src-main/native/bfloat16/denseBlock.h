// The dense block of ../denseBlock.h and its gradient with maps in bfloat16: products are of values rounded to bfloat16 with
// sums in float32; statistics, parameters and what goes in and out are float32. For processors with AVX512_BF16.
#pragma once

#include "../blockLayout.h"

namespace denselab::bfloat16 {

// Floats of the state that the forward pass leaves for the gradient. Where that recomputes the maps between the two
// convolutions of each layer, they are not kept.
std::size_t stateFloats(const BlockShape& shape, bool recomputes, int images, int height, int width);

// As denselab::denseBlockForward.
void denseBlockForward(const BlockShape& shape, bool recomputes, int images, int height, int width, const float* maps,
                       const float* parameters, float* output, float* state, float* statistics);

// As denselab::denseBlockBackward.
void denseBlockBackward(const BlockShape& shape, bool recomputes, int images, int height, int width, const float* outputGradient,
                        const float* parameters, float* state, float* mapsGradient, float* parametersGradient);

}  // namespace denselab::bfloat16
