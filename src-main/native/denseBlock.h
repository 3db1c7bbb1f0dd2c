// A dense block with what follows it, a transition or the head's global average, as one operation, and its gradient
// (Huang et al., CVPR 2017). Batch statistics of a channel are computed once and serve every later layer.
#pragma once

#include "blockLayout.h"

namespace denselab {

// maps [images, height, width, inputChannels]; output [images, height / 2, width / 2, transition], or
// [images, padded(channels)] for the head; statistics: mean and unbiased variance of every BatchNorm.
void denseBlockForward(const BlockShape& shape, int images, int height, int width, const float* maps,
                       const float* parameters, float* output, float* state, float* statistics);

// The gradients of maps and parameters, from that of the output.
void denseBlockBackward(const BlockShape& shape, int images, int height, int width, const float* outputGradient,
                        const float* parameters, float* state, float* mapsGradient, float* parametersGradient);

}  // namespace denselab
