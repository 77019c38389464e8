package org.palimpsest.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.ToyReplica.Point;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/**
 * Points whose position and weight depend on their number: six per step, two per micro-batch.
 *
 * @param momentum of the replicas' optimizer
 * @param failure the failure to inject
 * @param scratch folder of the files that mark injected failures
 * @param fingerprint of the data
 */
public record ToyWorkload(
    double momentum, InjectedFailure failure, String scratch, String fingerprint)
    implements Workload<List<Point>> {
  private static final long serialVersionUID = 1L;
  static final int BATCH = 6;

  /** What a worker in this process calls once at the step of {@link InjectedFailure.Kind#PACED}. */
  public static final AtomicReference<Runnable> HOOK = new AtomicReference<>(() -> {});

  private static final float[] FIRST = {1, -1, 0.5f, 2};

  /** A failure at a step of a worker. */
  public record InjectedFailure(Kind kind, int rank, long step) implements java.io.Serializable {
    public enum Kind {
      NONE,
      THROWS_ONCE,
      THROWS_ALWAYS,
      LOSS_IS_NAN_FROM,
      SLEEPS,
      STALLS,
      /** Every step takes a few milliseconds, and the hook runs before the given one. */
      PACED
    }
  }

  public static ToyWorkload sound(double momentum) {
    return new ToyWorkload(
        momentum, new InjectedFailure(InjectedFailure.Kind.NONE, 0, 0), "", "toy");
  }

  public ToyWorkload with(InjectedFailure.Kind kind, int rank, long step, Path marks) {
    return new ToyWorkload(
        momentum, new InjectedFailure(kind, rank, step), marks.toString(), fingerprint);
  }

  @Override
  public Trainable<List<Point>> replica(TaskPlacement place) {
    return new ToyReplica(momentum, this::inject, FIRST);
  }

  private void inject(DropoutKey key) {
    if (failure.kind() == InjectedFailure.Kind.PACED) {
      sleep(5);
    }
    if (key.rank() != failure.rank() || key.step() != failure.step()) {
      return;
    }
    switch (failure.kind()) {
      case THROWS_ALWAYS -> throw new IllegalStateException("injected");
      case THROWS_ONCE -> {
        if (firstTime()) {
          throw new IllegalStateException("injected");
        }
      }
      case SLEEPS -> sleep(300);
      case STALLS -> sleep(60_000);
      case PACED -> HOOK.getAndSet(() -> {}).run();
      default -> {}
    }
  }

  private boolean firstTime() {
    try {
      Files.createFile(Path.of(scratch, "thrown"));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public JavaRDD<StepInput<List<Point>>> steps(
      JavaSparkContext spark, long firstStep, int workers) {
    return spark
        .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
        .mapPartitions(ranks -> inputs(firstStep, ranks.next(), workers));
  }

  private Iterator<StepInput<List<Point>>> inputs(long firstStep, int rank, int workers) {
    return Stream.iterate(firstStep, step -> step + 1)
        .map(step -> input(step, rank, workers))
        .iterator();
  }

  public StepInput<List<Point>> input(long step, int rank, int workers) {
    List<Point> points = new ArrayList<>();
    for (int i = rank * BATCH / workers; i < (rank + 1) * BATCH / workers; i++) {
      points.add(point(step, step * BATCH + i));
    }
    List<List<Point>> microBatches = new ArrayList<>();
    for (int from = 0; from < points.size(); from += 2) {
      microBatches.add(points.subList(from, Math.min(points.size(), from + 2)));
    }
    return new StepInput<>(microBatches, points.size() * 10L);
  }

  private Point point(long step, long number) {
    boolean broken =
        failure.kind() == InjectedFailure.Kind.LOSS_IS_NAN_FROM && step >= failure.step();
    float nan = broken ? Float.NaN : 0;
    return new Point(
        1 + number % 4,
        (float) Math.sin((double) number) + nan,
        (float) Math.cos((double) number),
        (float) Math.sin(0.5 * number),
        number % 3);
  }

  @Override
  public long epoch(long step) {
    return step / 100;
  }
}
