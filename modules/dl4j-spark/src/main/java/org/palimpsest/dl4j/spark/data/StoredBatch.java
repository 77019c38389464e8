package org.palimpsest.dl4j.spark.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A batch as bytes, in the format of {@link MultiDataSet#save}, without the metadata of its
 * examples: those are serialized Java objects, which {@link MultiDataSet#load} would deserialize,
 * and which training does not read.
 *
 * <p>Four numbers of arrays (int): features, labels, masks of features, masks of labels; then the
 * arrays. A missing mask is an array with the only number -1.
 */
final class StoredBatch {
  private static final int MOST_ARRAYS = 1 << 10;
  private static final int MOST_DIMENSIONS = 32;
  private static final int OTHER_SHAPE_NUMBERS = 4;

  private static final Set<DataType> NUMBERS =
      EnumSet.complementOf(EnumSet.of(DataType.UTF8, DataType.COMPRESSED, DataType.UNKNOWN));

  private final DataInputStream in;

  private StoredBatch(byte[] bytes) {
    in = new DataInputStream(new ByteArrayInputStream(bytes));
  }

  static byte[] bytes(org.nd4j.linalg.dataset.api.MultiDataSet data) {
    MultiDataSet arrays =
        new MultiDataSet(
            data.getFeatures(),
            data.getLabels(),
            data.getFeaturesMaskArrays(),
            data.getLabelsMaskArrays());
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      arrays.save(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a batch.
   *
   * @throws IOException if the bytes are not a batch
   */
  static MultiDataSet read(byte[] bytes) throws IOException {
    return new StoredBatch(bytes).read();
  }

  private MultiDataSet read() throws IOException {
    int[] counts = new int[4];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = in.readInt();
      if (counts[i] < 0 || counts[i] > MOST_ARRAYS) {
        throw new IOException("it has " + counts[i] + " arrays of one kind");
      }
    }
    if (counts[0] == 0) {
      throw new IOException("it has no features");
    }
    return new MultiDataSet(
        arrays(counts[0]), arrays(counts[1]), masks(counts[2]), masks(counts[3]));
  }

  private INDArray[] arrays(int count) throws IOException {
    INDArray[] arrays = new INDArray[count];
    for (int i = 0; i < count; i++) {
      arrays[i] = array();
    }
    return count == 0 ? null : arrays;
  }

  private INDArray[] masks(int count) throws IOException {
    INDArray[] masks = arrays(count);
    for (int i = 0; i < count; i++) {
      masks[i] = Optional.of(masks[i]).filter(mask -> !isMissing(mask)).orElse(null);
    }
    return masks;
  }

  private static boolean isMissing(INDArray mask) {
    return mask.length() == 1 && mask.getDouble(0) == -1;
  }

  /** Nd4j's reader takes shape and strides as they are, so they are checked first. */
  private INDArray array() throws IOException {
    in.mark(Integer.MAX_VALUE);
    check();
    in.reset();
    return Nd4j.read(in);
  }

  private void check() throws IOException {
    Buffer shape = Buffer.read(in);
    int most = OTHER_SHAPE_NUMBERS + 2 * MOST_DIMENSIONS;
    if (shape.type() != DataType.INT64 || shape.length() < 1 || shape.length() > most) {
      throw new IOException("an array has a damaged shape");
    }
    long[] numbers = new long[(int) shape.length()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = in.readLong();
    }
    Buffer elements = Buffer.read(in);
    if (!NUMBERS.contains(elements.type())
        || elements.length() > in.available() / elements.type().width()
        || lastElement(numbers) >= elements.length()) {
      throw new IOException("an array has more elements than bytes");
    }
  }

  /** The largest index of the buffer that an array refers to. */
  private static long lastElement(long[] shape) throws IOException {
    long rank = shape[0];
    if (rank < 0 || shape.length != OTHER_SHAPE_NUMBERS + 2 * rank) {
      throw new IOException("an array has a damaged shape");
    }
    try {
      long last = 0;
      for (int i = 1; i <= rank; i++) {
        long stride = shape[(int) rank + i];
        if (shape[i] < 1 || stride < 0) {
          throw new IOException("an array has a damaged shape");
        }
        last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, stride));
      }
      return last;
    } catch (ArithmeticException e) {
      throw new IOException("an array has a damaged shape", e);
    }
  }

  /** The start of a buffer of ND4J: the mode of its allocation, its length, its type. */
  private record Buffer(long length, DataType type) {
    static Buffer read(DataInputStream in) throws IOException {
      String mode = in.readUTF();
      long length = in.readLong();
      String type = in.readUTF();
      if (!mode.equals("MIXED_DATA_TYPES") && !mode.equals("LONG_SHAPE")) {
        throw new IOException("an array is not one of ND4J 1.0");
      }
      try {
        return new Buffer(length, DataType.valueOf(type));
      } catch (IllegalArgumentException e) {
        throw new IOException("an array has elements of an unknown type", e);
      }
    }
  }
}
