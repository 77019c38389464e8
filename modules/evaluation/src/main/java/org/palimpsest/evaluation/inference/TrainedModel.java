package org.palimpsest.evaluation.inference;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.Serializable;
import java.util.BitSet;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSettings;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.storage.huggingface.ModelFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;

/**
 * A model that has learned something, wherever it lies. Travels to tasks; the parameters are read
 * where they are wanted.
 *
 * @param origin path of the checkpoint or the model folder
 * @param spec its shape
 * @param objective what it was trained with, as {@link
 *     org.palimpsest.objective.preset.Objectives#parse} takes it
 * @param tokenizer its tokenizer
 * @param weights where its parameters are
 */
public record TrainedModel(
    String origin, ModelSpec spec, Serializable objective, TokenizerFile tokenizer, Weights weights)
    implements Serializable {

  /** In an objective that is a map: the key of what came before the fine-tuning. */
  private static final String FINE_TUNED = "fine-tuned";

  /** In the same map: what is put before every source. */
  private static final String PREFIX = "prefix";

  /** Where parameters can be read. */
  public sealed interface Weights extends Serializable {
    /** Fills a vector of the parameters' length. */
    void read(FlatVector into);
  }

  private record OfCheckpoint(String root, String name, SerializableConfiguration hadoop)
      implements Weights {
    @Override
    public void read(FlatVector into) {
      new Checkpoints(new Path(root), hadoop.value()).open(name).readParameters(into);
    }
  }

  private record OfFolder(String path, SerializableConfiguration hadoop) implements Weights {
    @Override
    public void read(FlatVector into) {
      ModelFolder.open(new Path(path), hadoop.value()).readParameters(into);
    }
  }

  /**
   * The model of the newest valid checkpoint of a recipe's run.
   *
   * @throws PalimpsestException of kind INPUT if there is none yet
   */
  public static TrainedModel newest(Recipe recipe, Configuration hadoop) {
    Checkpoints checkpoints = new Checkpoints(recipe.checkpointPath(), hadoop);
    return checkpoints
        .newestValid(damaged -> {})
        .map(checkpoint -> of(checkpoint, hadoop))
        .orElseThrow(
            () ->
                PalimpsestException.input(
                    "There is no checkpoint in "
                        + checkpoints.path()
                        + ": train first (palimpsest pretrain), or name a model folder."));
  }

  /** The model of a checkpoint. */
  public static TrainedModel of(Checkpoint checkpoint, Configuration hadoop) {
    Recipe recipe = Recipe.defaults().resumedFrom(checkpoint);
    TokenizerFile tokenizer =
        new TokenizerFile(
            checkpoint.folder().readAll(checkpoint.file(Checkpoint.TOKENIZER).name()));
    Path path = checkpoint.folder().path();
    return new TrainedModel(
        path.toString(),
        ModelSettings.from(recipe.section("model"), tokenizer.tokenizer().vocabulary()),
        objective(recipe),
        tokenizer,
        new OfCheckpoint(
            path.getParent().toString(), path.getName(), new SerializableConfiguration(hadoop)));
  }

  /**
   * The model of a Hugging Face folder.
   *
   * @throws PalimpsestException of kind INPUT if it is none
   */
  public static TrainedModel folder(Path path, Configuration hadoop) {
    ModelFolder folder = ModelFolder.open(path, hadoop);
    TokenizerFile tokenizer = new TokenizerFile(folder.tokenizer());
    refuseOtherTokenizer(folder, tokenizer.tokenizer().vocabulary());
    return new TrainedModel(
        folder.path().toString(),
        folder.spec(),
        (Serializable) folder.objective(),
        tokenizer,
        new OfFolder(folder.path().toString(), new SerializableConfiguration(hadoop)));
  }

  private static void refuseOtherTokenizer(ModelFolder folder, Vocabulary vocabulary) {
    ModelSpec spec = folder.spec();
    if (vocabulary.size() > spec.vocabulary()) {
      throw mismatch(
          folder, "has " + vocabulary.size() + " entries, but its model only " + spec.vocabulary());
    }
    if (vocabulary.eos() != spec.eos() || vocabulary.pad() != spec.pad()) {
      throw mismatch(
          folder,
          "calls </s> and <pad> %d and %d, but its model %d and %d"
              .formatted(vocabulary.eos(), vocabulary.pad(), spec.eos(), spec.pad()));
    }
  }

  private static PalimpsestException mismatch(ModelFolder folder, String why) {
    return PalimpsestException.input(
        "The tokenizer in "
            + folder.path()
            + " "
            + why
            + ": put the tokenizer.json there that the model was trained with.");
  }

  /** The same model, said to be trained with another objective. */
  public TrainedModel withObjective(Serializable other) {
    return new TrainedModel(origin, spec, other, tokenizer, weights);
  }

  /** The same model with another specification that its parameters fit, such as other dropout. */
  public TrainedModel withSpec(ModelSpec other) {
    return new TrainedModel(origin, other, objective, tokenizer, weights);
  }

  /** A recipe that names pairs is one of fine-tuning, after what its objective says. */
  private static Serializable objective(Recipe recipe) {
    Serializable objective = named(recipe);
    Section finetune = new Section("finetune", recipe.section("finetune"));
    return finetune.texts("input").isEmpty()
        ? objective
        : (Serializable) Map.of(FINE_TUNED, objective, PREFIX, finetune.text(PREFIX));
  }

  /** By its name, as long as the name means today what it meant when the run began. */
  private static Serializable named(Recipe recipe) {
    Object meant = recipe.objective();
    Object written = recipe.objectiveAsWritten();
    try {
      boolean same = Objectives.parse(written).equals(Objectives.parse(meant));
      return (Serializable) (same ? written : meant);
    } catch (PalimpsestException e) {
      return (Serializable) meant; // A preset that is unknown today means nothing today.
    }
  }

  /** Whether it was fine-tuned on pairs, and writes targets instead of restoring text. */
  public boolean isFineTuned() {
    return objective instanceof Map<?, ?> map && map.containsKey(FINE_TUNED);
  }

  /** What is put before every source; empty but for fine-tuned models that want something. */
  public String prefix() {
    return isFineTuned() ? (String) ((Map<?, ?>) objective).get(PREFIX) : "";
  }

  /** What it was pre-trained with. */
  private Object pretrainingObjective() {
    return isFineTuned() ? ((Map<?, ?>) objective).get(FINE_TUNED) : objective;
  }

  /** The same as a recipe writes it. */
  public String pretrainingObjectiveText() {
    return ConfigValueFactory.fromAnyRef(pretrainingObjective())
        .render(ConfigRenderOptions.concise());
  }

  /** Ids of the model's that are no tokens of the tokenizer's: rows that fill its embedding up. */
  public BitSet unwritable() {
    BitSet ids = new BitSet(spec.vocabulary());
    ids.set(tokenizer.tokenizer().vocabulary().size(), spec.vocabulary());
    return ids;
  }

  /** Whether the texts that it reads and writes begin with {@code <s>}. */
  public boolean beginsWithBos() {
    return use().beginsWithBos();
  }

  /** What it expects where text is missing, and how it answers. */
  MarkUse use() {
    MarkUse use = MarkUse.of(pretrainingObjective(), tokenizer.tokenizer().vocabulary());
    return isFineTuned() ? use.ofPairs() : use;
  }

  /** The objective's name, for messages. */
  public String objectiveName() {
    String name = Objectives.parse(pretrainingObjective()).name();
    return isFineTuned() ? "pairs after " + name : name;
  }

  /** Makes a replica with the model's parameters, to score and to write with. Close it. */
  public Replica replica(String engine, Device device, int threads) {
    ReplicaOptions options = new ReplicaOptions(device, threads, new OptimizerSpec.Sgd(), 0);
    Replica replica = Engine.named(engine).createReplica(spec, options);
    weights.read(replica.parameters());
    return replica;
  }
}
