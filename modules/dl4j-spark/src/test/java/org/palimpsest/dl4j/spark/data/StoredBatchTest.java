package org.palimpsest.dl4j.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.palimpsest.base.PalimpsestException;

class StoredBatchTest {
  private static boolean ran;

  /** An object whose deserialization runs code. */
  private static final class Trap implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) {
      ran = true;
    }
  }

  private static MultiDataSet batch() {
    INDArray features = Nd4j.rand(3, 4, 2);
    INDArray transposed = Nd4j.rand(4, 3).transpose();
    return new MultiDataSet(
        new INDArray[] {features, transposed},
        new INDArray[] {Nd4j.ones(3, 2)},
        new INDArray[] {null, Nd4j.ones(3, 2)},
        null);
  }

  @Test
  void readsWhatItWrites() {
    MultiDataSet batch = batch();
    assertThat(BatchDecoder.stored(StoredBatch.bytes(batch))).isEqualTo(batch);
  }

  @Test
  void readsWhatDeeplearning4jWrites() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    batch().save(out);
    assertThat(BatchDecoder.stored(out.toByteArray()).getFeatures()).hasSize(2);
  }

  @Test
  void deserializesNoMetadata() throws IOException {
    ran = false;
    MultiDataSet batch = batch();
    batch.setExampleMetaData(List.of(new Trap()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    batch.save(out);
    assertThat(BatchDecoder.stored(out.toByteArray()).getExampleMetaData()).isNull();
    assertThat(ran).as("an object of the batch was deserialized").isFalse();
  }

  @Test
  void writesNoMetadata() {
    MultiDataSet batch = batch();
    byte[] without = StoredBatch.bytes(batch);
    batch.setExampleMetaData(List.of(new Trap()));
    assertThat(StoredBatch.bytes(batch)).isEqualTo(without);
  }

  private static void assertDamaged(byte[] bytes, String why) {
    assertThatThrownBy(() -> BatchDecoder.stored(bytes))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "A batch of the exported data is damaged (" + why + "): delete the exported data.");
  }

  @ParameterizedTest
  @CsvSource({
    "2 2 2 2 1 0 1 99, FLOAT, 1000000000000, an array has more elements than bytes",
    "2 2 2 2 1 0 1 99, FLOAT, 3, an array has more elements than bytes",
    "2 2 2 1000000000 1 0 1 99, FLOAT, 4, an array has more elements than bytes",
    "2 2 -2 2 1 0 1 99, FLOAT, 4, an array has a damaged shape",
    "2 2 2 -2 1 0 1 99, FLOAT, 4, an array has a damaged shape",
    "1 9223372036854775807 9223372036854775807 0 1 99, FLOAT, 4, an array has a damaged shape",
    "7 2 2 2 1 0 1 99, FLOAT, 4, an array has a damaged shape",
    "2 2 2 2 1 0 1 99, COMPRESSED, 4, an array has more elements than bytes",
    "2 2 2 2 1 0 1 99, OBJECT, 4, an array has elements of an unknown type"
  })
  void refusesDamagedArrays(String shape, String type, long length, String why) throws IOException {
    long[] numbers = Arrays.stream(shape.split(" ")).mapToLong(Long::parseLong).toArray();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (int count : new int[] {1, 0, 0, 0}) {
      out.writeInt(count);
    }
    out.writeUTF("MIXED_DATA_TYPES");
    out.writeLong(numbers.length);
    out.writeUTF("LONG");
    for (long number : numbers) {
      out.writeLong(number);
    }
    out.writeUTF("MIXED_DATA_TYPES");
    out.writeLong(length);
    out.writeUTF(type);
    out.write(new byte[16]);
    assertDamaged(bytes.toByteArray(), why);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 17, 40, 100})
  void refusesATruncatedBatch(int length) {
    assertDamaged(Arrays.copyOf(StoredBatch.bytes(batch()), length), "it ends early");
  }

  @Test
  void refusesANegativeNumberOfArrays() {
    byte[] bytes = StoredBatch.bytes(batch());
    bytes[0] = -1;
    assertDamaged(bytes, "it has " + ((0xFF << 24) + 2) + " arrays of one kind");
  }

  @Test
  void refusesABatchWithoutFeatures() {
    assertDamaged(new byte[16], "it has no features");
  }
}
