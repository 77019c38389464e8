package org.palimpsest.tasks.tracking;

import com.typesafe.config.ConfigValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports a run to an MLflow tracking server: its recipe as params, its loss, learning rate, speed
 * and held-out loss as metrics, and how it ended. It sends on a thread of its own; a server that
 * fails does not stop the run.
 *
 * <p>The environment says where: {@code MLFLOW_TRACKING_URI} (http or https), {@code
 * MLFLOW_TRACKING_TOKEN} or {@code _USERNAME} and {@code _PASSWORD}, {@code MLFLOW_EXPERIMENT_NAME}
 * or {@code _ID}, and {@code MLFLOW_RUN_ID}. {@code RUN/mlflow.json} remembers the run, so that the
 * next invocation continues it.
 */
public final class Mlflow implements RunListener {
  static final String URI = "MLFLOW_TRACKING_URI";
  private static final Logger LOG = LoggerFactory.getLogger(Mlflow.class);

  private static final Duration BETWEEN_SENDS = Duration.ofSeconds(5);
  private static final Duration PATIENCE_AT_THE_END = Duration.ofSeconds(15);
  private static final int MOST_FAILURES = 3;

  /** Longest value of a param that every server since MLflow 1.28 takes. */
  private static final int MOST_CHARACTERS = 500;

  private final Map<String, String> environment;
  private final StoredFolder folder;
  private final Map<String, String> params;
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(DaemonThreads.named("palimpsest-mlflow"));
  private final List<MlflowRun.Metric> waiting = new ArrayList<>();
  private long lastSend = System.nanoTime();
  private boolean begun;

  // Of the sender's thread.
  private Optional<MlflowRun> run = Optional.empty();
  private int failures;

  private Mlflow(Map<String, String> environment, StoredFolder folder, Recipe recipe) {
    this.environment = Map.copyOf(environment);
    this.folder = folder;
    params = params(recipe);
  }

  /** A listener for a run; one that does nothing if the environment names no server. */
  public static Mlflow.Tracking of(Recipe recipe, Configuration hadoop) {
    return of(recipe, hadoop, System.getenv());
  }

  static Tracking of(Recipe recipe, Configuration hadoop, Map<String, String> environment) {
    String uri = environment.getOrDefault(URI, "");
    if (!uri.matches("https?://.+")) {
      if (!uri.isEmpty()) {
        LOG.warn(
            "{} names {}: this run is not tracked, because only servers with http or https are.",
            URI,
            Secrets.redacted(uri));
      }
      return new Tracking(Optional.empty());
    }
    StoredFolder folder = new StoredFolder(new Path(recipe.directory()), hadoop);
    return new Tracking(Optional.of(new Mlflow(environment, folder, recipe)));
  }

  /**
   * What is tracked of one invocation.
   *
   * @param server empty if nothing is
   */
  public record Tracking(Optional<Mlflow> server) {
    /** The listener of the run. */
    public RunListener listener() {
      return server.map(RunListener.class::cast).orElseGet(RunListener::none);
    }

    /** This invocation failed. */
    public void failed() {
      server.ifPresent(mlflow -> mlflow.end("FAILED"));
    }
  }

  /** The keys of a recipe with their values; secrets are redacted. */
  private static Map<String, String> params(Recipe recipe) {
    Map<String, String> params = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : recipe.config().entrySet()) {
      String key = entry.getKey().replace("\"", "");
      String value = String.valueOf(entry.getValue().unwrapped());
      String shown = Secrets.isSecret(key) ? Secrets.REDACTED : Secrets.redacted(value);
      params.put(key, shown.substring(0, Math.min(shown.length(), MOST_CHARACTERS)));
    }
    return params;
  }

  @Override
  public synchronized void segmentStarted(SegmentStart start) {
    if (!begun) {
      begun = true;
      send(unused -> {});
    }
  }

  @Override
  public synchronized void progress(Progress progress) {
    add("loss", progress.loss(), progress.step());
    add("learning_rate", progress.learningRate(), progress.step());
    add("tokens_per_second", progress.targetTokensPerSecond(), progress.step());
    add("waiting_share", progress.waitingShare(), progress.step());
    if (System.nanoTime() - lastSend > BETWEEN_SENDS.toNanos()) {
      flush();
    }
  }

  @Override
  public synchronized void evaluated(long step, double loss, boolean isBest) {
    add("held_out_loss", loss, step);
  }

  @Override
  public synchronized void checkpointPublished(String path, long step) {
    flush();
  }

  /** This invocation ended without an error; a stopped run may continue. */
  @Override
  public void finished(RunResult result) {
    end(
        switch (result.ending()) {
          case FINISHED, EARLY -> "FINISHED";
          case TIME_LIMIT, STOPPED -> "KILLED";
        });
  }

  /** JSON has no infinite numbers. */
  private void add(String key, double value, long step) {
    if (Double.isFinite(value)) {
      waiting.add(new MlflowRun.Metric(key, value, System.currentTimeMillis(), step));
    }
  }

  private void flush() {
    lastSend = System.nanoTime();
    List<MlflowRun.Metric> metrics = List.copyOf(waiting);
    waiting.clear();
    for (int from = 0; from < metrics.size(); from += MlflowRun.METRICS) {
      List<MlflowRun.Metric> batch =
          metrics.subList(from, Math.min(metrics.size(), from + MlflowRun.METRICS));
      send(open -> open.log(batch));
    }
  }

  /** Sends what waits, and the status, and waits for both for some seconds. */
  private synchronized void end(String status) {
    if (!begun) {
      return;
    }
    flush();
    Future<?> last = sender.submit(() -> attempt(open -> open.update(status)));
    sender.shutdown();
    try {
      Object unused = last.get(PATIENCE_AT_THE_END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn(
          "The end of the run did not reach the MLflow server within {}.", PATIENCE_AT_THE_END);
    }
    begun = false;
  }

  private void send(Consumer<MlflowRun> request) {
    sender.execute(() -> attempt(request));
  }

  private void attempt(Consumer<MlflowRun> request) {
    if (failures >= MOST_FAILURES) {
      return;
    }
    try {
      if (run.isEmpty()) {
        MlflowClient client = new MlflowClient(environment.get(URI), environment);
        run = Optional.of(MlflowRun.open(client, environment, folder, params));
      }
      request.accept(run.get());
      failures = 0;
    } catch (PalimpsestException e) {
      failures++;
      LOG.warn(
          "{} {}",
          e.getMessage(),
          failures < MOST_FAILURES ? "The run goes on." : "The run goes on without MLflow.");
    }
  }
}
