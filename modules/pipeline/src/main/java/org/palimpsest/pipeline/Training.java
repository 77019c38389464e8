package org.palimpsest.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.pipeline.failure.NamedFailures;
import org.palimpsest.pipeline.progress.Failure;
import org.palimpsest.pipeline.progress.Restorations;
import org.palimpsest.pipeline.progress.TrainingLog;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.tasks.tracking.Mlflow;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.run.Run;
import org.palimpsest.training.segment.StopRequest;
import org.palimpsest.training.telemetry.RunStatus;
import org.palimpsest.training.transport.DriverPhase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * A fit in progress, or one that has ended: what {@link Trainings#start} returns. All methods can
 * be called from any thread.
 */
public final class Training {
  private static final Logger LOG = LoggerFactory.getLogger(Training.class);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

  private final TrainingEstimator<?> estimator;
  private final Dataset<?> data;
  private final SparkSession session;
  private final TrainingLog log = new TrainingLog();
  private final StopRequest stop = new StopRequest(STOP_TIMEOUT);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Optional<EncoderDecoderModel> model = Optional.empty();
  private volatile Optional<Throwable> failure = Optional.empty();
  private volatile Optional<Run<Batch>> run = Optional.empty();
  private volatile boolean stopRequested;

  /** Creates a training that has not begun. */
  Training(TrainingEstimator<?> estimator, Dataset<?> data) {
    this.estimator = estimator;
    this.data = data;
    session = data.sparkSession();
  }

  /** Starts the training in its own thread. */
  static Training start(TrainingEstimator<?> estimator, Dataset<?> data) {
    Training training = new Training(estimator, data);
    Thread unused = DaemonThreads.start("palimpsest-fit", training::runAlone);
    return training;
  }

  private void runAlone() {
    try {
      EncoderDecoderModel unused = run();
    } catch (RuntimeException | Error e) { // An uncaught Error would end an executor's process.
      LOG.debug("The training of {} failed; its caller gets the failure.", estimator.uid(), e);
    }
  }

  /** Trains in this thread. */
  @SuppressWarnings("try") // The scope needs only be closed.
  EncoderDecoderModel run() {
    try (StopRequest.Scope active = stop.begin()) {
      SparkSession.setActiveSession(session);
      EncoderDecoderModel fitted = fit();
      model = Optional.of(fitted);
      return fitted;
    } catch (RuntimeException e) {
      RuntimeException known =
          PalimpsestException.in(e).<RuntimeException>map(NamedFailures::of).orElse(e);
      failed(known);
      throw known;
    } catch (Error e) {
      failed(e);
      throw e;
    } finally {
      ended.countDown();
    }
  }

  private void failed(Throwable e) {
    log.failed(e);
    failure = Optional.of(e);
  }

  private EncoderDecoderModel fit() {
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    Recipe described = StageRecipe.of(estimator, hadoop);
    PreparedFit fit =
        phase().run(() -> prepared(described)).orElseThrow(Training::stoppedWithoutModel);
    RunStatus status = new RunStatus(fit.recipe().directory(), hadoop);
    Mlflow.Tracking tracking = Mlflow.of(fit.recipe(), hadoop);
    try {
      Restorations restorations =
          new Restorations(
              log,
              new StoredFolder(new Path(fit.recipe().directory()), hadoop),
              checkpoint -> fit.run().samples().apply(ModelPointer.trained(checkpoint, hadoop)));
      RunResult result = train(fit, List.of(status, tracking.listener(), restorations));
      return fitted(fit, result);
    } catch (RuntimeException | Error e) {
      status.failed(Failure.exitCode(e), Failure.sentence(e));
      tracking.failed();
      throw e;
    }
  }

  private DriverPhase phase() {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    return new DriverPhase(spark, stop, estimator.uid() + "-preparation");
  }

  /** A run whose data is prepared, with its recipe. */
  private record PreparedFit(Recipe recipe, PreparedRun run) {}

  private PreparedFit prepared(Recipe described) {
    if (stopRequested) {
      stop.request();
    }
    TrainingData columns = estimator.data(data, described);
    Recipe recipe = StageRecipe.placed(described, estimator, columns);
    log.preparing(recipe.directory());
    return new PreparedFit(recipe, estimator.prepare(columns, recipe));
  }

  private RunResult train(PreparedFit fit, List<RunListener> others) {
    List<RunListener> listeners = new ArrayList<>(List.of(log, stopping()));
    listeners.addAll(others);
    Run<Batch> opened = fit.run().open().apply(RunListener.all(listeners));
    run = Optional.of(opened);
    return estimator.isFresh() ? opened.trainFromScratch() : opened.train();
  }

  /** Passes on a request that came before the run could take it. */
  private RunListener stopping() {
    return new RunListener() {
      @Override
      public void segmentStarted(SegmentStart start) {
        if (stopRequested) {
          run.ifPresent(Run::stop);
        }
      }
    };
  }

  private EncoderDecoderModel fitted(PreparedFit fit, RunResult result) {
    if (result.checkpoint().isEmpty()) {
      throw stoppedWithoutModel();
    }
    EncoderDecoderModel fitted =
        new EncoderDecoderModel(
            Uids.random("EncoderDecoderModel"),
            Optional.of(fit.run().newest().get()),
            Option.apply(
                TrainingHistory.of(
                    fit.recipe().directory(),
                    result,
                    session.sparkContext().hadoopConfiguration())));
    return fitted.of(estimator, fit.recipe());
  }

  private static PalimpsestException stoppedWithoutModel() {
    return new PalimpsestException(
        PalimpsestException.Kind.TIME_LIMIT,
        "The training was stopped before its first checkpoint, so there is no model: fit again to"
            + " go on.");
  }

  /**
   * The state of the training as a JSON object: {@code state} (preparing, training, stopping,
   * finished, early, time-limit, stopped, failed), {@code runDir}, {@code step}, {@code
   * totalSteps}, {@code loss}, {@code tokensPerSecond}, {@code secondsLeft}, {@code curve} (pairs
   * of step and loss), {@code evaluations}, {@code samples} (held-out texts, {@code damaged},
   * {@code restored} by the newest evaluated checkpoint, and {@code original}), {@code warnings},
   * {@code checkpoint} and {@code error} (null, or an object with {@code kind}, {@code exitCode}
   * and {@code message}).
   */
  public String snapshot() {
    return log.json();
  }

  /**
   * Waits until the training has ended, in whatever way.
   *
   * @param milliseconds longest wait
   * @return whether it has ended
   */
  public boolean await(long milliseconds) throws InterruptedException {
    return ended.await(milliseconds, TimeUnit.MILLISECONDS);
  }

  /**
   * Requests that the training stops at a checkpoint, and returns at once. It ends within {@code
   * training.stop-timeout}, and the next fit continues there.
   */
  public void stop() {
    stopRequested = true;
    log.stopping();
    stop.request();
    run.ifPresent(Run::stop);
  }

  /** Ends the training within seconds: what was trained since the last checkpoint may be lost. */
  public void cancel() {
    stop();
    stop.requestAtOnce();
    run.ifPresent(Run::cancel);
  }

  /**
   * The model of a training that has ended.
   *
   * @throws PalimpsestException if the training failed, or has not ended yet
   */
  public EncoderDecoderModel model() {
    if (failure.isPresent()) {
      if (failure.get() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure.get();
    }
    return model.orElseThrow(
        () ->
            new PalimpsestException(
                PalimpsestException.Kind.OTHER,
                "The training has not ended: wait for it with await, or stop it."));
  }

  /** The state of the training in a line for people. */
  @Override
  public String toString() {
    return log.line();
  }
}
