package org.palimpsest.dl4j.spark;

import java.util.Arrays;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.learning.config.Sgd;
import org.palimpsest.base.PalimpsestException;

/** A Deeplearning4j program in a child process, which prints how its training ended. */
public final class RefusedProgram {
  static final String REFUSED = "REFUSED ";

  private RefusedProgram() {}

  /**
   * Runs the program.
   *
   * @param arguments Spark settings to remove
   */
  public static void main(String[] arguments) {
    SparkConf conf = SparkExtension.conf().setMaster("local[1]");
    Arrays.stream(arguments).forEach(conf::remove);
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      OuterLoopTrainingMaster master = new OuterLoopTrainingMaster.Builder(1, 1).build();
      SparkDl4jMultiLayer network =
          new SparkDl4jMultiLayer(spark, Networks.dense(new Sgd(0.1)), master);
      network.fit(spark.parallelize(Networks.points(8, 1), 1));
      System.out.println("TRAINED");
    } catch (PalimpsestException e) {
      System.out.println(REFUSED + e.getMessage());
    }
  }
}
