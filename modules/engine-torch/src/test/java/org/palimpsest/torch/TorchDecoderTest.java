package org.palimpsest.torch;

import org.palimpsest.model.contract.DecoderContract;

class TorchDecoderTest extends DecoderContract {
  TorchDecoderTest() {
    super(new TorchEngine());
  }
}
