package org.palimpsest.tasks.finetuning;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import org.palimpsest.model.LossSum;
import org.palimpsest.training.workload.KryoTypes;

/** Registers the types that fine-tuning tasks send to the driver: a few reports per job. */
public final class FineTuningKryo implements KryoTypes {
  /** Java serialization supports records and final fields. */
  @Override
  public void register(Kryo kryo) {
    kryo.register(PairStore.Report.class, new JavaSerializer());
    kryo.register(PairStore.Report[].class);
    kryo.register(PairTally.class, new JavaSerializer());
    kryo.register(PairTally[].class);
    kryo.register(LossSum.class, new JavaSerializer());
    kryo.register(LossSum[].class);
  }
}
