package org.palimpsest.pipeline.restore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.evaluation.inference.Restoration;
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

  /** Restores texts, in order. */
  List<Answer> restore(List<Request> requests, RestoreSettings settings, boolean wantsLoss) {
    count(1);
    Future<List<Answer>> answers =
        thread.submit(() -> restoreHere(requests, settings.decoding().options(), wantsLoss));
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

  private List<Answer> restoreHere(
      List<Request> requests, DecodingOptions options, boolean wantsLoss) {
    if (restorer == null) {
      restorer = Restorer.open(model, engine, device, threads, options);
    }
    List<Answer> answers = new ArrayList<>();
    List<int[]> sources = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (Request request : requests) {
      try {
        sources.add(source(request));
        places.add(answers.size());
        answers.add(null);
      } catch (PalimpsestException e) {
        answers.add(new Answer(List.of(), null, e.getMessage()));
      }
    }
    List<List<Restoration>> restored =
        sources.isEmpty() ? List.of() : restorer.alternatives(sources, options);
    for (int i = 0; i < places.size(); i++) {
      Request request = requests.get(places.get(i));
      Double loss = wantsLoss ? loss(sources.get(i), request) : null;
      answers.set(places.get(i), new Answer(restored.get(i), loss, null));
    }
    return answers;
  }

  private int[] source(Request request) {
    if (request.text() == null) {
      throw PalimpsestException.input("The text is null.");
    }
    return restorer.source(request.text());
  }

  private Double loss(int[] source, Request request) {
    return request.reference() == null ? null : restorer.loss(source, request.reference());
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
