package org.palimpsest.dl4j.spark;

import java.nio.ByteBuffer;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Checks that Spark's Kryo serializer supports ND4J's arrays and this module's reports. */
final class KryoCheck {
  private static final String REGISTRATOR = "spark.kryo.registrator";
  private static final String REQUIRED = "spark.kryo.registrationRequired";
  private static final ClassTag<INDArray> ARRAY = ClassTag$.MODULE$.apply(INDArray.class);

  private KryoCheck() {}

  /**
   * Serializes and restores an array.
   *
   * @throws PalimpsestException of kind CONFIGURATION that names the setting
   */
  static void refuseWithoutArrays(SparkConf conf) {
    if (!conf.get("spark.serializer", "").equals(KryoSerializer.class.getName())) {
      return;
    }
    String registrators = conf.get(REGISTRATOR, "");
    boolean ours = registrators.contains(Dl4jKryoRegistrator.class.getName());
    if (conf.getBoolean(REQUIRED, false) && !ours) {
      throw PalimpsestException.configuration(
          REQUIRED + " is true, but not all classes are registered: " + whatToSet());
    }
    INDArray sent = Nd4j.linspace(1, 5, 5);
    try {
      SerializerInstance kryo = new KryoSerializer(conf).newInstance();
      ByteBuffer bytes = kryo.serialize(sent, ARRAY);
      INDArray received = kryo.deserialize(bytes, ARRAY);
      if (received.equals(sent)) {
        return;
      }
    } catch (RuntimeException e) {
      throw new PalimpsestException(Kind.CONFIGURATION, unable(), e);
    }
    throw PalimpsestException.configuration(unable());
  }

  private static String unable() {
    return "Spark's Kryo serializer does not support ND4J's arrays: " + whatToSet();
  }

  private static String whatToSet() {
    return "set " + REGISTRATOR + " to " + Dl4jKryoRegistrator.class.getName() + ".";
  }
}
