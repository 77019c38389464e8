package org.palimpsest.dl4j.spark;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Training hooks for tests in one process. */
final class Hooks {
  private Hooks() {}

  /** Throws in an update. */
  record FailsAt(int iteration) implements TrainingHook {
    @Override
    public void preUpdate(DataSet batch, Model model) {
      if (((ComputationGraph) model).getIterationCount() == iteration) {
        throw new IllegalStateException("injected");
      }
    }

    @Override
    public void postUpdate(DataSet batch, Model model) {}

    @Override
    public void preUpdate(MultiDataSet batch, Model model) {}

    @Override
    public void postUpdate(MultiDataSet batch, Model model) {}
  }

  /** Throws in an update, the first time only. */
  record FailsOnce(int iteration) implements TrainingHook {
    private static final AtomicBoolean FAILED = new AtomicBoolean();

    static void reset() {
      FAILED.set(false);
    }

    @Override
    public void preUpdate(DataSet batch, Model model) {
      if (((ComputationGraph) model).getIterationCount() == iteration
          && FAILED.compareAndSet(false, true)) {
        throw new IllegalStateException("injected");
      }
    }

    @Override
    public void postUpdate(DataSet batch, Model model) {}

    @Override
    public void preUpdate(MultiDataSet batch, Model model) {}

    @Override
    public void postUpdate(MultiDataSet batch, Model model) {}
  }

  /** Records its calls. */
  record Notes() implements TrainingHook {
    static final List<String> CALLS = new CopyOnWriteArrayList<>();

    @Override
    public void preUpdate(DataSet batch, Model model) {
      CALLS.add("pre " + batch.numExamples());
    }

    @Override
    public void postUpdate(DataSet batch, Model model) {
      CALLS.add("post " + batch.numExamples());
    }

    @Override
    public void preUpdate(MultiDataSet batch, Model model) {
      CALLS.add("pre multi " + batch.getFeatures(0).size(0));
    }

    @Override
    public void postUpdate(MultiDataSet batch, Model model) {
      CALLS.add("post multi " + batch.getFeatures(0).size(0));
    }
  }
}
