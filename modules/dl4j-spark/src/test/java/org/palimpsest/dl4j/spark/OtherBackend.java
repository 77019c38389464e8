package org.palimpsest.dl4j.spark;

import org.nd4j.common.io.ClassPathResource;
import org.nd4j.common.io.Resource;
import org.nd4j.linalg.api.ndarray.BaseNDArray;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4jBackend;

/** A second backend on the class path, which cannot run. */
public final class OtherBackend extends Nd4jBackend {
  @Override
  public boolean allowsOrder() {
    return false;
  }

  @Override
  public int getPriority() {
    return -1;
  }

  @Override
  public boolean isAvailable() {
    return false;
  }

  @Override
  public boolean canRun() {
    return false;
  }

  @Override
  public Resource getConfigurationResource() {
    return new ClassPathResource("other.properties");
  }

  @Override
  public Class<?> getNDArrayClass() {
    return BaseNDArray.class;
  }

  @Override
  public Environment getEnvironment() {
    throw new IllegalStateException("This backend cannot run.");
  }

  @Override
  public String buildInfo() {
    return "";
  }

  @Override
  public void logBackendInit() {}
}
