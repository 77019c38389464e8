package org.palimpsest.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.cli.display.StageDisplay;

/** Shows the progress of a command's Spark stages on {@code err}. */
final class StageWatcher {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private StageWatcher() {}

  /** Runs an action on a session and shows its stages until it ends. */
  static <T> T watch(SparkSession session, Console console, Supplier<T> work) {
    StageDisplay display =
        console.live()
            ? StageDisplay.bar(console.err())
            : StageDisplay.lines(console.err(), BETWEEN_LINES);
    Listener listener = new Listener(display);
    session.sparkContext().addSparkListener(listener);
    try {
      return work.get();
    } finally {
      session.sparkContext().removeSparkListener(listener);
      listener.close();
    }
  }

  /** Spark calls it from one thread; {@link #close} comes from another. */
  private static final class Listener extends SparkListener {
    private final StageDisplay display;
    private final Map<Integer, Running> running = new HashMap<>();

    Listener(StageDisplay display) {
      this.display = display;
    }

    @Override
    public synchronized void onStageSubmitted(SparkListenerStageSubmitted event) {
      running.put(event.stageInfo().stageId(), new Running(event.stageInfo()));
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
      Running stage = running.get(event.stageId());
      if (stage != null && event.taskInfo().successful()) {
        display.show(stage.plus(event.taskMetrics()));
      }
    }

    synchronized void close() {
      running.clear();
      display.close();
    }
  }

  private static final class Running {
    private final String name;
    private final int tasks;
    private final long startNs = System.nanoTime();
    private int done;
    private long bytes;

    Running(StageInfo info) {
      name = info.name();
      tasks = info.numTasks();
    }

    StageDisplay.Stage plus(TaskMetrics metrics) {
      done++;
      // Null if the executor was lost after the task ended.
      if (metrics != null) {
        bytes += metrics.inputMetrics().bytesRead() + metrics.shuffleReadMetrics().totalBytesRead();
      }
      return new StageDisplay.Stage(name, done, tasks, bytes, (System.nanoTime() - startNs) / 1e9);
    }
  }
}
