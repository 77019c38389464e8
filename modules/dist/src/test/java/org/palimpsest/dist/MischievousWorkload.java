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
 * Something that goes wrong in the middle of a step of one worker, the first time that it comes
 * there.
 *
 * @param data what is trained
 * @param mischief what goes wrong, and where
 */
record MischievousWorkload(UnequalWorkload data, Mischief mischief) implements Workload<Batch> {
  private static final long serialVersionUID = 1L;
  private static final long STALL_MS = 60_000;

  /** What goes wrong. */
  public enum Kind {
    THROWS,
    STALLS,
    ENDS_ITS_PROCESS
  }

  /**
   * What goes wrong, and where.
   *
   * @param mark file that says that it has happened
   */
  record Mischief(Kind kind, int rank, long step, String mark) implements Serializable {
    private static final long serialVersionUID = 1L;

    void happen(DropoutKey at) {
      if (at.rank() != rank || at.step() != step || !isFirstTime()) {
        return;
      }
      switch (kind) {
        case THROWS -> throw new IllegalStateException("injected");
        case STALLS -> stall();
        case ENDS_ITS_PROCESS -> Runtime.getRuntime().halt(77);
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
    return new Replica(data.replica(place), mischief);
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

  private record Replica(Trainable<Batch> sound, Mischief mischief) implements Trainable<Batch> {
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
      mischief.happen(key);
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
