package org.palimpsest.dl4j;

import org.palimpsest.model.contract.DecoderContract;

class Dl4jDecoderTest extends DecoderContract {
  Dl4jDecoderTest() {
    super(new Dl4jEngine());
  }
}
