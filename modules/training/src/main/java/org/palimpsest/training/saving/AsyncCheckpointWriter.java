package org.palimpsest.training.saving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkEnv;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.FlatVector;
import org.palimpsest.storage.LocalVector;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.VectorFile;
import org.palimpsest.training.segment.SegmentOrder;

/**
 * Writes a worker's part of the checkpoints, one after the other, while the worker continues to
 * train.
 *
 * <p>A failure does not interrupt the worker, because the others would wait for it in a sum. The
 * worker reports the failure to all workers in the next round.
 */
public final class AsyncCheckpointWriter implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 5;

  private final SegmentOrder order;
  private final int rank;
  private final Checkpoints checkpoints;
  private final ExecutorService writer;
  private Future<?> running;
  private volatile PalimpsestException failure;

  public AsyncCheckpointWriter(SegmentOrder order, int rank) {
    this.order = order;
    this.rank = rank;
    checkpoints =
        new Checkpoints(new org.apache.hadoop.fs.Path(order.checkpoints()), order.hadoop().value());
    writer =
        Executors.newSingleThreadExecutor(DaemonThreads.named("palimpsest-checkpoint-" + rank));
  }

  /**
   * Waits for the previous checkpoint, copies the vectors to local disk, and writes the copies in
   * the background.
   *
   * @param commit the commit of this worker, without its files
   * @param vectors the vectors to write, by file name
   */
  public void begin(WorkerCommit commit, Map<String, FlatVector> vectors) {
    await();
    if (failure != null) {
      return;
    }
    try {
      Map<String, LocalVector> copies = LocalVector.copies(vectors, localFolder());
      running = writer.submit(() -> writeCopies(commit, copies));
    } catch (PalimpsestException e) {
      failure = e;
    }
  }

  /** Waits for the previous checkpoint, and writes the last one of the segment without a copy. */
  public void finish(WorkerCommit commit, Map<String, FlatVector> vectors) {
    await();
    if (failure == null) {
      write(commit, vectors);
    }
  }

  /** Why a checkpoint could not be written; empty if none failed. */
  public Optional<PalimpsestException> failure() {
    return Optional.ofNullable(failure);
  }

  private void writeCopies(WorkerCommit commit, Map<String, LocalVector> copies) {
    try {
      write(commit, copies);
    } finally {
      copies.values().forEach(LocalVector::close);
    }
  }

  private void write(WorkerCommit commit, Map<String, ? extends FlatVector> vectors) {
    try {
      String name = Checkpoints.folderName(commit.state().step(), order.attempt());
      StoredFolder folder = checkpoints.folder(name);
      List<StoredFile> files = new ArrayList<>();
      for (Map.Entry<String, ? extends FlatVector> entry : vectors.entrySet()) {
        files.add(Retry.until(() -> VectorFile.write(folder, entry.getKey(), entry.getValue())));
      }
      byte[] text = JSON.writeValueAsBytes(commit.with(files));
      Retry.until(() -> folder.write(WorkerCommit.fileName(rank), out -> out.write(text)));
    } catch (PalimpsestException e) {
      failure = e;
    } catch (JsonProcessingException | RuntimeException | Error e) {
      failure = unforeseen(e);
    }
  }

  /** An Error, too, is reported in the next round rather than at the next checkpoint. */
  private PalimpsestException unforeseen(Throwable e) {
    return new PalimpsestException(
        PalimpsestException.Kind.OTHER,
        "Worker " + rank + " could not write a checkpoint: " + e + ".",
        e);
  }

  private void await() {
    if (running == null) {
      return;
    }
    try {
      running.get(order.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PalimpsestException.cluster(
          "Spark stopped worker " + rank + " while it wrote a checkpoint: start the run again.");
    } catch (TimeoutException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "Worker "
              + rank
              + " waited more than "
              + order.timeout().toSeconds()
              + " s for the previous checkpoint to be written to "
              + order.checkpoints()
              + ": check that file system, or raise training.timeout or checkpoint.every.",
          e);
    } catch (ExecutionException e) {
      throw unforeseen(e.getCause());
    }
  }

  /** The folder of Spark's own blocks. */
  private static Path localFolder() {
    return SparkEnv.get().blockManager().diskBlockManager().localDirs()[0].toPath();
  }

  /** Waits for a checkpoint in progress: it is valid even if the segment fails. */
  @Override
  public void close() {
    writer.shutdown();
    boolean interrupted = Thread.interrupted();
    try {
      if (!writer.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        writer.shutdownNow();
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
