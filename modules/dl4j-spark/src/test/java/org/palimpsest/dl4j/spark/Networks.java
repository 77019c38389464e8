package org.palimpsest.dl4j.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of Deeplearning4j's layers, with generated data. */
public final class Networks {
  public static final int SIDE = 16;
  public static final int CLASSES = 4;
  static final int SYMBOLS = 5;
  static final int TIME = 12;

  private Networks() {}

  /** A LeNet: convolution, normalization, pooling, twice, and two dense layers. */
  public static ComputationGraphConfiguration lenet(IUpdater updater, double dropOut) {
    NeuralNetConfiguration.Builder all =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .dataType(DataType.FLOAT)
            .l2(1e-4)
            .updater(updater)
            .activation(Activation.RELU);
    return all.graphBuilder()
        .addInputs("image")
        .addLayer("conv1", new ConvolutionLayer.Builder(5, 5).nOut(6).build(), "image")
        .addLayer("norm1", new BatchNormalization.Builder().build(), "conv1")
        .addLayer("pool1", new SubsamplingLayer.Builder().build(), "norm1")
        .addLayer("conv2", new ConvolutionLayer.Builder(3, 3).nOut(12).build(), "pool1")
        .addLayer("pool2", new SubsamplingLayer.Builder().build(), "conv2")
        .addLayer("dense", new DenseLayer.Builder().nOut(32).dropOut(1 - dropOut).build(), "pool2")
        .addLayer(
            "class",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(CLASSES)
                .activation(Activation.SOFTMAX)
                .build(),
            "dense")
        .setOutputs("class")
        .setInputTypes(InputType.convolutional(SIDE, SIDE, 1))
        .build();
  }

  /** Two dense layers, as a network of layers. */
  public static MultiLayerConfiguration dense(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(DataType.FLOAT)
        .updater(updater)
        .list()
        .layer(new DenseLayer.Builder().nIn(6).nOut(10).activation(Activation.TANH).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(10)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  /** An LSTM that predicts the next symbol. */
  public static MultiLayerConfiguration lstm() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(DataType.FLOAT)
        .updater(new Adam(0.01))
        .list()
        .layer(new LSTM.Builder().nIn(SYMBOLS).nOut(24).activation(Activation.TANH).build())
        .layer(
            new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nIn(24)
                .nOut(SYMBOLS)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  /** Points in six dimensions; their sum determines the class. */
  public static List<DataSet> points(int count, long seed) {
    Random random = new Random(seed);
    List<DataSet> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] x = new float[6];
      float sum = 0;
      for (int k = 0; k < x.length; k++) {
        x[k] = (float) random.nextGaussian();
        sum += x[k];
      }
      int label = sum < -1 ? 0 : sum < 1 ? 1 : 2;
      all.add(new DataSet(Nd4j.create(new float[][] {x}), oneHot(label, 3)));
    }
    return all;
  }

  /** Noisy bars in one of four directions. */
  public static List<DataSet> images(int count, long seed) {
    Random random = new Random(seed);
    List<DataSet> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = random.nextInt(CLASSES);
      int at = 3 + random.nextInt(SIDE - 6);
      float[] pixels = new float[SIDE * SIDE];
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          boolean bar =
              switch (label) {
                case 0 -> x == at;
                case 1 -> y == at;
                case 2 -> (x + y) % SIDE == at;
                default -> (x - y + SIDE) % SIDE == at;
              };
          pixels[y * SIDE + x] = (bar ? 1 : 0) + 0.5f * (float) random.nextGaussian();
        }
      }
      all.add(new DataSet(Nd4j.create(pixels, 1, 1, SIDE, SIDE), oneHot(label, CLASSES)));
    }
    return all;
  }

  /** Walks over the symbols with a constant step; half of them are shorter, and masked. */
  public static List<DataSet> walks(int count, long seed) {
    Random random = new Random(seed);
    List<DataSet> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = random.nextBoolean() ? TIME : TIME - 4;
      int step = 1 + random.nextInt(2);
      int symbol = random.nextInt(SYMBOLS);
      INDArray x = Nd4j.zeros(DataType.FLOAT, 1, SYMBOLS, TIME);
      INDArray y = Nd4j.zeros(DataType.FLOAT, 1, SYMBOLS, TIME);
      INDArray mask = Nd4j.zeros(DataType.FLOAT, 1, TIME);
      for (int t = 0; t < length; t++) {
        x.putScalar(0, symbol, t, 1);
        symbol = (symbol + step) % SYMBOLS;
        y.putScalar(0, symbol, t, 1);
        mask.putScalar(0, t, 1);
      }
      all.add(new DataSet(x, y, mask, mask.dup()));
    }
    return all;
  }

  private static INDArray oneHot(int label, int classes) {
    INDArray one = Nd4j.zeros(DataType.FLOAT, 1, classes);
    one.putScalar(0, label, 1);
    return one;
  }
}
