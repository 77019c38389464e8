package org.palimpsest.pipeline.restore;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.evaluation.inference.Restorer;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Device;

/** One replica on its own thread. Tasks queue their batches and wait. */
final class SharedReplica {
  private final TrainedModel model;
  private final String engine;
  private final Device device;
  private final int threads;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(DaemonThreads.named("palimpsest-restore"));
  private Restorer restorer; // Of the thread.
  private int waiting;
  private long usedNanos = System.nanoTime();

  SharedReplica(TrainedModel model, String engine, Device device, int threads) {
    this.model = model;
    this.engine = engine;
    this.device = device;
    this.threads = threads;
  }

  /** Keeps it open for a while. */
  synchronized void use() {
    usedNanos = System.nanoTime();
  }

  synchronized boolean isIdleFor(Duration time) {
    return waiting == 0 && System.nanoTime() - usedNanos >= time.toNanos();
  }

  private synchronized void count(int change) {
    waiting += change;
    usedNanos = System.nanoTime();
  }

  /** Restores or embeds texts, in order, as the wanted outputs need it. */
  List<Answer> answer(
      List<Request> requests, RestoreSettings.Decoding decoding, List<Output> outputs) {
    count(1);
    Future<List<Answer>> answers =
        thread.submit(() -> answerHere(requests, decoding.options(), outputs));
    try {
      return answers.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      answers.cancel(false);
      Thread.currentThread().interrupt();
      throw new PalimpsestException(
          PalimpsestException.Kind.OTHER, "The task was interrupted while it restored texts.", e);
    } finally {
      count(-1);
    }
  }

  private List<Answer> answerHere(
      List<Request> requests, DecodingOptions options, List<Output> outputs) {
    if (restorer == null) {
      restorer = Restorer.open(model, engine, device, threads, options);
    }
    return new AnsweredBatch(restorer, outputs).of(requests, options);
  }

  void close() {
    thread.execute(
        () -> {
          if (restorer != null) {
            restorer.close();
          }
        });
    thread.shutdown();
  }
}
