package org.palimpsest.torch;

import org.palimpsest.model.contract.DrawingContract;

class TorchDrawingTest extends DrawingContract {
  TorchDrawingTest() {
    super(new TorchEngine());
  }
}
