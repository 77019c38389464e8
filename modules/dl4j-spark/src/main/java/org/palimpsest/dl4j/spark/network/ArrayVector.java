package org.palimpsest.dl4j.spark.network;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.palimpsest.model.FlatVector;

/**
 * A flat vector over the memory of a contiguous fp32 array. With a GPU backend, the host's copy is
 * read and written, and ND4J is notified.
 */
record ArrayVector(INDArray array) implements FlatVector {

  @Override
  public long size() {
    return array.length();
  }

  @Override
  public void read(long from, float[] into, int offset, int count) {
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    memory().position(from).get(into, offset, count);
  }

  @Override
  public void write(long from, float[] values, int offset, int count) {
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    memory().position(from).put(values, offset, count);
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
  }

  @Override
  public void scale(double factor) {
    array.muli(factor);
  }

  @Override
  public long address() {
    return Backend.isOnCpu() ? memory().address() : 0;
  }

  private FloatPointer memory() {
    return new FloatPointer(array.data().addressPointer());
  }
}
