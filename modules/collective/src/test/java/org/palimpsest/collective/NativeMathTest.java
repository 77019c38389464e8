package org.palimpsest.collective;

import org.palimpsest.model.contract.VectorMathContract;

/** Arithmetic in the memory of the host. */
class NativeMathTest extends VectorMathContract {
  NativeMathTest() {
    super(NativeVector.arithmetic());
  }
}
