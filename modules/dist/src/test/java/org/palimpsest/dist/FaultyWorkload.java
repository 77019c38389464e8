package org.palimpsest.dist;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Trainable;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/**
 * Injects a fault in the middle of a step of one worker, when it reaches the step for the first
 * time.
 *
 * @param data the workload
 * @param fault the fault
 */
record FaultyWorkload(UnequalWorkload data, Fault fault) implements Workload<Batch> {
  private static final long serialVersionUID = 1L;
  private static final long STALL_MS = 60_000;

  /** The kind of a fault. */
  public enum Kind {
    THROWS,
    STALLS,
    EXITS
  }

  /**
   * A fault and its place.
   *
   * @param mark file that exists after the fault happened
   */
  record Fault(Kind kind, int rank, long step, String mark) implements Serializable {
    private static final long serialVersionUID = 1L;

    void happen(DropoutKey at) {
      if (at.rank() != rank || at.step() != step || !isFirstTime()) {
        return;
      }
      switch (kind) {
        case THROWS -> throw new IllegalStateException("injected");
        case STALLS -> stall();
        case EXITS -> Runtime.getRuntime().halt(77);
      }
    }

    private boolean isFirstTime() {
      try {
        Files.createFile(Path.of(mark));
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void stall() {
      try {
        Thread.sleep(STALL_MS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public Trainable<Batch> replica(TaskPlacement place) {
    return new Replica(data.replica(place), fault);
  }

  @Override
  public JavaRDD<StepInput<Batch>> steps(JavaSparkContext spark, long firstStep, int workers) {
    return data.steps(spark, firstStep, workers);
  }

  @Override
  public long epoch(long step) {
    return data.epoch(step);
  }

  @Override
  public String fingerprint() {
    return data.fingerprint();
  }

  private record Replica(Trainable<Batch> sound, Fault fault) implements Trainable<Batch> {
    @Override
    public FlatVector parameters() {
      return sound.parameters();
    }

    @Override
    public FlatVector gradients() {
      return sound.gradients();
    }

    @Override
    public FlatVector optimizerState() {
      return sound.optimizerState();
    }

    @Override
    public long updates() {
      return sound.updates();
    }

    @Override
    public void restoreUpdates(long updates) {
      sound.restoreUpdates(updates);
    }

    @Override
    public void zeroGradients() {
      sound.zeroGradients();
    }

    @Override
    public LossSum backward(Batch batch, DropoutKey key) {
      fault.happen(key);
      return sound.backward(batch, key);
    }

    @Override
    public double gradientNorm() {
      return sound.gradientNorm();
    }

    @Override
    public void scaleGradients(double factor) {
      sound.scaleGradients(factor);
    }

    @Override
    public void update(double learningRate) {
      sound.update(learningRate);
    }

    @Override
    public LossSum loss(Batch batch) {
      return sound.loss(batch);
    }

    @Override
    public void close() {
      sound.close();
    }
  }
}
