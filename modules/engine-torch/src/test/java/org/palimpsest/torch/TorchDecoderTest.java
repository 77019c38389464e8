package org.palimpsest.torch;

import org.junit.jupiter.api.Tag;
import org.palimpsest.model.contract.DecoderContract;

@Tag("slow")
class TorchDecoderTest extends DecoderContract {
  TorchDecoderTest() {
    super(new TorchEngine());
  }
}
