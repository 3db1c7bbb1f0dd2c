// Registers DenseLab's operations with TensorFlow; see operations.cpp.
#pragma once

namespace denselab {

// Once per process; false when TensorFlow refuses.
bool registerOperations();

}  // namespace denselab
