package org.palimpsest.pipeline;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.pipeline.progress.Sample;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.run.Run;

/**
 * A run whose data is prepared.
 *
 * @param open opens the run with a listener
 * @param newest the model of its newest checkpoint
 * @param samples held-out texts as a model restores them
 */
record PreparedRun(
    Function<RunListener, Run<Batch>> open,
    Supplier<TrainedModel> newest,
    Function<TrainedModel, List<Sample>> samples) {}
