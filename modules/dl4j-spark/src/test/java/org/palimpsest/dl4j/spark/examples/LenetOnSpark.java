package org.palimpsest.dl4j.spark.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.palimpsest.dl4j.spark.OuterLoopTrainingMaster;

/** LeNet on generated images of 28 by 28: noisy strokes of ten slopes. */
public final class LenetOnSpark {
  static final int SIDE = 28;
  static final int CLASSES = 10;

  private LenetOnSpark() {}

  /** Runs the program. */
  public static void main(String[] arguments) {
    SparkConf conf =
        new SparkConf()
            .setIfMissing("spark.master", "local[2]")
            .setAppName("LeNet on Spark")
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
      SparkComputationGraph network = new SparkComputationGraph(spark, configuration(), master);
      JavaRDD<DataSet> training = spark.parallelize(images(1280, 1), 4);
      JavaRDD<DataSet> test = spark.parallelize(images(320, 2), 4);
      for (int epoch = 0; epoch < 4; epoch++) {
        network.fit(training);
        Evaluation evaluation = network.evaluate(test);
        System.out.println("epoch " + epoch + ": accuracy " + evaluation.accuracy());
      }
      master.deleteTempFiles(spark);
    }
  }

  /** 431,080 parameters. */
  static ComputationGraphConfiguration configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(12345)
        .updater(new Adam(1e-3))
        .activation(Activation.RELU)
        .graphBuilder()
        .addInputs("image")
        .addLayer("conv1", new ConvolutionLayer.Builder(5, 5).nOut(20).build(), "image")
        .addLayer("pool1", pool(), "conv1")
        .addLayer("conv2", new ConvolutionLayer.Builder(5, 5).nOut(50).build(), "pool1")
        .addLayer("pool2", pool(), "conv2")
        .addLayer("dense", new DenseLayer.Builder().nOut(500).build(), "pool2")
        .addLayer(
            "digit",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(CLASSES)
                .activation(Activation.SOFTMAX)
                .build(),
            "dense")
        .setOutputs("digit")
        .setInputTypes(InputType.convolutional(SIDE, SIDE, 1))
        .build();
  }

  private static SubsamplingLayer pool() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  /** Noisy strokes through the middle, at ten slopes and random offsets. */
  static List<DataSet> images(int count, long seed) {
    Random random = new Random(seed);
    List<DataSet> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = random.nextInt(CLASSES);
      double slope = Math.PI * label / CLASSES;
      double shift = 4 * random.nextGaussian();
      float[] pixels = new float[SIDE * SIDE];
      for (int p = 0; p < pixels.length; p++) {
        double x = p % SIDE - SIDE / 2.0;
        double y = Math.floorDiv(p, SIDE) - SIDE / 2.0;
        double distance = Math.abs(x * Math.sin(slope) - y * Math.cos(slope) + shift);
        pixels[p] = (float) (Math.max(0, 2 - distance) + 0.7 * random.nextGaussian());
      }
      INDArray labels = Nd4j.zeros(1, CLASSES);
      labels.putScalar(0, label, 1);
      all.add(new DataSet(Nd4j.create(pixels, 1, 1, SIDE, SIDE), labels));
    }
    return all;
  }
}
