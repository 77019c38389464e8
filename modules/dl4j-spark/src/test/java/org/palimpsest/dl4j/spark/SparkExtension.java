package org.palimpsest.dl4j.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.KryoSerializer;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.nd4j.kryo.Nd4jRegistrator;

/**
 * One local Spark context of three cores for all tests of the module, configured like a
 * Deeplearning4j program, without settings of this project.
 */
public final class SparkExtension implements ParameterResolver {

  private record Context(JavaSparkContext spark) implements AutoCloseable {
    @Override
    public void close() {
      spark.stop();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == JavaSparkContext.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(SparkExtension.class))
        .getOrComputeIfAbsent(
            "context", key -> new Context(new JavaSparkContext(conf())), Context.class)
        .spark();
  }

  static SparkConf conf() {
    return new SparkConf()
        .setMaster("local[3]")
        .setAppName("a program of Deeplearning4j")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.serializer", KryoSerializer.class.getName())
        .set("spark.kryo.registrator", Nd4jRegistrator.class.getName());
  }
}
