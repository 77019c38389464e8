package org.palimpsest.tasks.finetuning;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import org.palimpsest.model.LossSum;
import org.palimpsest.training.workload.KryoTypes;

/** Registers what fine-tuning sends from tasks to the driver: a few reports a job. */
public final class FineTuningKryo implements KryoTypes {
  /** Java's own serialization writes records and final fields. */
  @Override
  public void register(Kryo kryo) {
    kryo.register(PairTask.Report.class, new JavaSerializer());
    kryo.register(PairTask.Report[].class);
    kryo.register(PairTally.class, new JavaSerializer());
    kryo.register(PairTally[].class);
    kryo.register(LossSum.class, new JavaSerializer());
    kryo.register(LossSum[].class);
  }
}
