package org.palimpsest.dl4j.optimizer;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.palimpsest.dl4j.kernel.FlatRows;
import org.palimpsest.dl4j.kernel.FloatRows;

/** θ ← θ − lr·g. */
record Sgd(INDArray parameters, INDArray gradients) implements Optimizer {
  @Override
  public void step(long number, double learningRate) {
    float[] theta = new float[FlatRows.PIECE];
    float[] slope = new float[FlatRows.PIECE];
    long size = parameters.length();
    for (long done = 0; done < size; done += FlatRows.PIECE) {
      int count = FlatRows.count(done, size);
      FlatRows.load(parameters, done, theta, count);
      FlatRows.load(gradients, done, slope, count);
      FloatRows.addScaled((float) -learningRate, slope, theta, count);
      FlatRows.store(theta, parameters, done, count);
    }
  }
}
