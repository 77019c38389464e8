package org.palimpsest.dl4j.spark.session;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.palimpsest.dl4j.spark.data.BatchDecoder;
import org.palimpsest.dl4j.spark.data.BatchOrder;
import org.palimpsest.dl4j.spark.data.BatchReader;
import org.palimpsest.dl4j.spark.data.FitData;
import org.palimpsest.dl4j.spark.data.Rebatching;
import org.palimpsest.dl4j.spark.listener.WorkerHooks;
import org.palimpsest.dl4j.spark.network.Backend;
import org.palimpsest.dl4j.spark.network.Blueprint;
import org.palimpsest.dl4j.spark.network.GraphTrainable;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.workload.ReplicaSize;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/**
 * The training of a network of Deeplearning4j on exported batches.
 *
 * @param blueprint of the network
 * @param initial its initial vectors
 * @param data of this fit
 * @param order of the batches
 * @param decoder of the batches
 * @param hooks called on the workers
 * @param fs access to the files
 * @param fingerprint of the settings that a session must keep
 */
record NetworkWorkload(
    Blueprint blueprint,
    InitialNetwork initial,
    FitData data,
    BatchOrder order,
    BatchDecoder decoder,
    WorkerHooks hooks,
    SerializableConfiguration fs,
    String fingerprint)
    implements Workload<MultiDataSet> {
  private static final long serialVersionUID = 1L;

  @Override
  public Trainable<MultiDataSet> replica(TaskPlacement place) {
    Backend.enter(place);
    Backend.refuseTooLittleMemory(initial.replicaSize());
    GraphTrainable replica =
        new GraphTrainable(blueprint.build(), initial.counts(data.fit()), hooks.on(place.rank()));
    initial.read(replica, fs.value());
    return replica;
  }

  /** Loads the backend, and checks the GPU, the memory and the layers of a replica. */
  @Override
  public void warmUp(TaskPlacement place) {
    Backend.enter(place);
    Backend.refuseTooLittleMemory(initial.replicaSize());
    blueprint.refuseUnknownLayers();
  }

  @Override
  public Optional<ReplicaSize> replicaSize() {
    return Optional.of(initial.replicaSize());
  }

  @Override
  public JavaRDD<StepInput<MultiDataSet>> steps(
      JavaSparkContext spark, long firstStep, int workers) {
    return spark
        .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
        .mapPartitions(rank -> inputs(firstStep, rank.next(), workers));
  }

  private Iterator<StepInput<MultiDataSet>> inputs(long firstStep, int rank, int workers) {
    BatchReader reader = new BatchReader(data.batches(), fs.value());
    TaskCompletionListener close = task -> reader.close();
    TaskContext.get().addTaskCompletionListener(close);
    return new Inputs(reader, firstStep, rank, workers);
  }

  @Override
  public long epoch(long step) {
    return data.fit();
  }

  /** One worker's steps of the fit. */
  private final class Inputs implements Iterator<StepInput<MultiDataSet>> {
    private final BatchReader reader;
    private final Configuration hadoop = fs.value();
    private final int rank;
    private final int workers;
    private long step;

    Inputs(BatchReader reader, long firstStep, int rank, int workers) {
      this.reader = reader;
      this.step = firstStep;
      this.rank = rank;
      this.workers = workers;
    }

    @Override
    public boolean hasNext() {
      return step < data.lastStep();
    }

    @Override
    public StepInput<MultiDataSet> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      FitData.Interval share = data.share(step++, rank, workers);
      List<MultiDataSet> batches = new ArrayList<>();
      long examples = 0;
      for (long position = share.from(); position < share.to(); position++) {
        MultiDataSet batch = decoder.decode(reader.read(order.at(position)), hadoop);
        batches.add(batch);
        examples += Rebatching.examples(batch);
      }
      return new StepInput<>(batches, examples);
    }
  }
}
