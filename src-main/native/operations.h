// Registers DenseLab's operations with TensorFlow; see operations.cpp.
#pragma once

namespace denselab {

// Whether the processor can run the operations at all, and with maps in bfloat16.
bool processorFits();
bool processorHasBfloat16();

// Once per process; false when TensorFlow refuses.
bool registerOperations();

}  // namespace denselab
