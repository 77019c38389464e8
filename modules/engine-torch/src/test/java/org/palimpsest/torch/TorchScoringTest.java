package org.palimpsest.torch;

import org.palimpsest.model.contract.ScoringContract;

class TorchScoringTest extends ScoringContract {
  TorchScoringTest() {
    super(new TorchEngine());
  }
}
