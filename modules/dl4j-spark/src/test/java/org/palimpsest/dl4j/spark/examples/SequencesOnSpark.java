package org.palimpsest.dl4j.spark.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.palimpsest.dl4j.spark.OuterLoopTrainingMaster;

/**
 * An LSTM that continues generated sequences: each symbol is the sum of the last two, modulo their
 * number. Sequences have different lengths, and masks.
 */
public final class SequencesOnSpark {
  static final int SYMBOLS = 11;
  static final int TIME = 24;

  private SequencesOnSpark() {}

  /** Runs the program. */
  public static void main(String[] arguments) {
    SparkConf conf =
        new SparkConf()
            .setIfMissing("spark.master", "local[2]")
            .setAppName("Sequences on Spark")
            .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .set("spark.kryo.registrator", "org.nd4j.kryo.Nd4jRegistrator");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      // Before: new ParameterAveragingTrainingMaster.Builder(2, 1)
      TrainingMaster<?, ?> master =
          new OuterLoopTrainingMaster.Builder(2, 1)
              .batchSizePerWorker(16)
              .averagingFrequency(5)
              .rngSeed(12345)
              .build();
      SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, configuration(), master);
      JavaRDD<DataSet> training = spark.parallelize(sequences(1280, 1), 4);
      JavaRDD<DataSet> test = spark.parallelize(sequences(320, 2), 4);
      for (int epoch = 0; epoch < 4; epoch++) {
        network.fit(training);
        System.out.println("epoch " + epoch + ": loss " + network.calculateScore(test, true));
      }
      master.deleteTempFiles(spark);
    }
  }

  /** 73,739 parameters. */
  static MultiLayerConfiguration configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(12345)
        .updater(new Adam(5e-3))
        .list()
        .layer(new LSTM.Builder().nIn(SYMBOLS).nOut(128).activation(Activation.TANH).build())
        .layer(
            new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nIn(128)
                .nOut(SYMBOLS)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  static List<DataSet> sequences(int count, long seed) {
    Random random = new Random(seed);
    List<DataSet> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = TIME - random.nextInt(TIME / 2);
      int last = random.nextInt(SYMBOLS);
      int symbol = random.nextInt(SYMBOLS);
      INDArray features = Nd4j.zeros(1, SYMBOLS, TIME);
      INDArray labels = Nd4j.zeros(1, SYMBOLS, TIME);
      INDArray mask = Nd4j.zeros(1, TIME);
      for (int t = 0; t < length; t++) {
        features.putScalar(0, symbol, t, 1);
        int next = (last + symbol) % SYMBOLS;
        last = symbol;
        symbol = next;
        labels.putScalar(0, symbol, t, 1);
        mask.putScalar(0, t, 1);
      }
      all.add(new DataSet(features, labels, mask, mask.dup()));
    }
    return all;
  }
}
