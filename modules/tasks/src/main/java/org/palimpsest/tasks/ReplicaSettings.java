package org.palimpsest.tasks;

import java.io.Serializable;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.optimizer.OptimizerSettings;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.workload.ReplicaSize;
import org.palimpsest.training.workload.TaskPlacement;

/**
 * How a replica is computed.
 *
 * @param engine name of the engine
 * @param model shape of the model
 * @param optimizer inner optimizer
 * @param numerics precision and loss
 * @param seed the run's seed
 */
public record ReplicaSettings(
    String engine, ModelSpec model, OptimizerSpec optimizer, Numerics numerics, long seed)
    implements Serializable {

  /** Reads the settings of a recipe for a model. */
  public static ReplicaSettings from(Recipe recipe, ModelSpec model) {
    return new ReplicaSettings(
        recipe.config().getString("engine"),
        model,
        OptimizerSettings.from(recipe.section("optimizer")).spec(),
        Numerics.from(recipe.section("training")),
        recipe.seed());
  }

  /** Creates a replica with initial parameters in a task. */
  public Replica create(TaskPlacement place) {
    ReplicaOptions options =
        new ReplicaOptions(place.device(), place.threads(), optimizer, seed, numerics);
    return Engine.named(engine).createReplica(model, options);
  }

  /** Loads the native libraries of the engine. */
  public void warmUp(TaskPlacement place) {
    Engine.named(engine).load(place.device());
  }

  /** Returns the number of parameters and of optimizer state elements. */
  public ReplicaSize size() {
    ParameterLayout layout = ParameterLayout.of(model);
    return new ReplicaSize(layout.size(), optimizer.stateSize(layout));
  }
}
