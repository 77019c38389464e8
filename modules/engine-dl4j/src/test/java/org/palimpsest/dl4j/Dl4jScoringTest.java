package org.palimpsest.dl4j;

import org.palimpsest.model.contract.ScoringContract;

class Dl4jScoringTest extends ScoringContract {
  Dl4jScoringTest() {
    super(new Dl4jEngine());
  }
}
