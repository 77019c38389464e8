package org.palimpsest.dl4j;

import org.palimpsest.model.contract.DrawingContract;

class Dl4jDrawingTest extends DrawingContract {
  Dl4jDrawingTest() {
    super(new Dl4jEngine());
  }
}
