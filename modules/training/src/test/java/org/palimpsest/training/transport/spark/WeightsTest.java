package org.palimpsest.training.transport.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.collective.NativeVector;
import org.palimpsest.model.FlatVector;
import org.palimpsest.training.TrainingKryoRegistrator;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

class WeightsTest {
  private static final int SIZE = 2 * FlatVector.CHUNK + 3;

  /** The serializers of sessions: Spark's default, Kryo without our registrator, and with it. */
  static List<Serializer> serializers() {
    SparkConf ours =
        new SparkConf(false)
            .set("spark.kryo.registrator", TrainingKryoRegistrator.class.getName())
            .set("spark.kryo.registrationRequired", "true");
    return List.of(
        new JavaSerializer(new SparkConf(false)),
        new KryoSerializer(new SparkConf(false)),
        new KryoSerializer(ours));
  }

  @ParameterizedTest
  @MethodSource("serializers")
  void aNativeVectorArrivesWhole(Serializer serializer) {
    float[] numbers = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      numbers[i] = i * 0.5f;
    }
    try (NativeVector vector = new NativeVector(SIZE)) {
      vector.write(0, numbers, 0, SIZE);
      Weights arrived = sent(serializer, new Weights(vector), Weights.class);
      float[] read = new float[SIZE];
      arrived.vector().read(0, read, 0, SIZE);
      assertThat(read).isEqualTo(numbers);
    }
  }

  @Test
  void plainKryoWritesNoFields() {
    Kryo kryo = new Kryo();
    try (NativeVector vector = new NativeVector(3)) {
      vector.write(0, new float[] {1, 2, 3}, 0, 3);
      Output out = new Output(64, -1);
      kryo.writeClassAndObject(out, new Weights(vector));
      Weights arrived = (Weights) kryo.readClassAndObject(new Input(out.toBytes()));
      assertThat(arrived.vector().size()).isEqualTo(3);
    }
  }

  private static <T> T sent(Serializer serializer, T object, Class<T> type) {
    ClassTag<T> tag = ClassTag$.MODULE$.apply(type);
    ByteBuffer bytes = serializer.newInstance().serialize(object, tag);
    return serializer.newInstance().deserialize(bytes, tag);
  }
}
