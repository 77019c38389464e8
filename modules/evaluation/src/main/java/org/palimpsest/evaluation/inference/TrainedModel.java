package org.palimpsest.evaluation.inference;

import java.io.Serializable;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.corpus.tokenize.TextFrame;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSettings;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.storage.huggingface.ModelFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A trained model in a checkpoint or a model folder. It is serialized to tasks, which read the
 * parameters there.
 *
 * @param origin path of the checkpoint or the model folder
 * @param spec shape of the model
 * @param objective objective that it was trained with, in the form that {@link
 *     org.palimpsest.objective.preset.Objectives#parse} reads
 * @param tokenizer its tokenizer
 * @param weights where its parameters are
 */
public record TrainedModel(
    String origin,
    ModelSpec spec,
    Serializable objective,
    TokenizerFile tokenizer,
    ModelWeights weights)
    implements Serializable {

  private static final Logger LOG = LoggerFactory.getLogger(TrainedModel.class);

  /**
   * The model of the newest valid checkpoint of a recipe's run. A newer one that is damaged is
   * reported in the log.
   *
   * @throws PalimpsestException of kind INPUT if there is no checkpoint yet, none is intact, or a
   *     newer one cannot be read
   */
  public static TrainedModel newest(Recipe recipe, Configuration hadoop) {
    return newest(recipe, hadoop, LOG::warn);
  }

  /**
   * The model of the newest valid checkpoint of a recipe's run.
   *
   * @param warnings takes one sentence for each newer checkpoint that is not used, which names both
   * @throws PalimpsestException of kind INPUT if there is no checkpoint yet, none is intact, or a
   *     newer one cannot be read
   */
  public static TrainedModel newest(
      Recipe recipe, Configuration hadoop, Consumer<String> warnings) {
    return newest(recipe.checkpointPath(), hadoop, warnings);
  }

  /**
   * The model that a path names.
   *
   * @param path a model folder, or the directory of a run, whose newest checkpoint is used
   * @throws PalimpsestException of kind INPUT if there is none
   */
  public static TrainedModel at(Path path, Configuration hadoop) {
    return new StoredFolder(path, hadoop).exists("config.json")
        ? folder(path, hadoop)
        : newest(new Path(path, "checkpoints"), hadoop, LOG::warn);
  }

  private static TrainedModel newest(Path folder, Configuration hadoop, Consumer<String> warnings) {
    Checkpoints checkpoints = new Checkpoints(folder, hadoop);
    return checkpoints
        .newestModel(warnings)
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
        TrainedObjective.of(recipe).value(),
        tokenizer,
        new CheckpointWeights(
            path.getParent().toString(),
            path.getName(),
            new Section("model", recipe.section("model")).text("type"),
            new SerializableConfiguration(hadoop)));
  }

  /**
   * The model of a Hugging Face folder.
   *
   * @throws PalimpsestException of kind INPUT if the folder is not a model folder
   */
  public static TrainedModel folder(Path path, Configuration hadoop) {
    ModelFolder folder = ModelFolder.open(path, hadoop);
    TokenizerFile tokenizer = new TokenizerFile(folder.tokenizer());
    TokenizerFit.require(folder, tokenizer.tokenizer().vocabulary());
    return new TrainedModel(
        folder.path().toString(),
        folder.spec(),
        (Serializable) folder.objective(),
        tokenizer,
        new FolderWeights(
            folder.path().toString(), folder.type(), new SerializableConfiguration(hadoop)));
  }

  /** This model with another objective. */
  public TrainedModel withObjective(Serializable other) {
    return new TrainedModel(origin, spec, other, tokenizer, weights);
  }

  /** This model with another specification that has the same parameters, such as other dropout. */
  public TrainedModel withSpec(ModelSpec other) {
    return new TrainedModel(origin, other, objective, tokenizer, weights);
  }

  /** This model for texts of these languages; an empty one leaves what its folder says. */
  public TrainedModel withLanguages(String source, String target) {
    return new ModelLanguages(this).of(source, target);
  }

  private TrainedObjective trained() {
    return new TrainedObjective(objective);
  }

  /** Whether it was fine-tuned on pairs, so that it generates targets instead of restoring text. */
  public boolean isFineTuned() {
    return trained().isFineTuned();
  }

  /** The prefix of every source, which fine-tuned models may have; otherwise empty. */
  public String prefix() {
    return trained().prefix();
  }

  /** The pre-training objective as in a recipe. */
  public String pretrainingObjectiveText() {
    return trained().pretrainingText();
  }

  /** Options of text generation that ban what the tokenizer cannot write. */
  public DecodingOptions writable(DecodingOptions options) {
    BitSet banned = options.banned();
    banned.or(unwritable());
    return options.withBanned(banned);
  }

  /** The ids that the model has but its tokenizer lacks: rows that pad the embedding, and holes. */
  private BitSet unwritable() {
    BitSet ids = new BitSet(spec.vocabulary());
    int entries = tokenizer.tokenizer().vocabulary().size();
    ids.set(Math.min(entries, spec.vocabulary()), spec.vocabulary());
    for (int id = 0; id < entries; id++) {
      if (tokenizer.tokenizer().token(id).isEmpty()) {
        ids.set(id);
      }
    }
    return ids;
  }

  /**
   * The tokenizer that puts {@code <s>} and {@code </s>} around a text as the sources of training
   * had them. Other tools get these tokens from it; here they are added by the objective.
   */
  TokenizerFile tokenizerForOthers() {
    if (weights instanceof FolderWeights
        || TextFrame.of(tokenizer.tokenizer()).hasLanguage(tokenizer.tokenizer().vocabulary())) {
      return tokenizer;
    }
    MarkUse use = use();
    return tokenizer.framed(use.beginsWithBos(), use.endsWithEos());
  }

  /** The special ids around the texts that it reads and writes. */
  public TextFrames frames() {
    return TextFrames.of(this, use());
  }

  /** The token that marks the first missing text in a source; empty if there is no such token. */
  public Optional<String> mark() {
    MarkUse use = use();
    Vocabulary vocabulary = tokenizer.tokenizer().vocabulary();
    boolean isMissing = use.mark() == MarkUse.Mark.MASK && !vocabulary.hasMask();
    return use.mark() == MarkUse.Mark.NONE || isMissing
        ? Optional.empty()
        : Optional.of(tokenizer.tokenizer().token(use.markId(vocabulary, 0)));
  }

  /** How its source marks missing text, and what its target holds. */
  MarkUse use() {
    MarkUse use = MarkUse.of(trained().pretraining(), tokenizer.tokenizer().vocabulary());
    return isFineTuned() ? use.ofPairs() : use;
  }

  /**
   * How texts are generated where the user does not say it: the keys of Hugging Face's {@code
   * generation_config.json}, kept from the folder that the model began from.
   */
  public Map<String, Object> generation() {
    return weights.generation();
  }

  /**
   * The tokenizer of the texts that it writes: that of its sources, unless its folder has one for
   * each language, as Marian's have.
   */
  public TokenizerFile targetTokenizer() {
    return weights.targetTokenizer().map(TokenizerFile::new).orElse(tokenizer);
  }

  /**
   * What the checkpoints of a run that begins from this model keep of it beside its parameters and
   * its tokenizer: content by the name of the file.
   */
  public Map<String, byte[]> attachments() {
    Map<String, byte[]> attachments = new TreeMap<>();
    Map<String, Object> generation = generation();
    if (!generation.isEmpty()) {
      attachments.put(Checkpoint.GENERATION, Checkpoint.generation(generation));
    }
    weights.targetTokenizer().ifPresent(json -> attachments.put(Checkpoint.TARGET_TOKENIZER, json));
    return attachments;
  }

  /** The {@code model_type} that its exports have; empty for the first that fits. */
  public String type() {
    return weights.type();
  }

  /**
   * This model as one that writes targets, like a fine-tuned one.
   *
   * @param prefix of every source; empty for none
   */
  public TrainedModel asWriter(String prefix) {
    return withObjective(trained().asWriter(prefix).value());
  }

  /** The objective's name, for messages. */
  public String objectiveName() {
    return trained().name();
  }

  /** Creates a replica with the model's parameters, for scoring and generation. Close it. */
  public Replica replica(String engine, Device device, int threads) {
    ReplicaOptions options = new ReplicaOptions(device, threads, new OptimizerSpec.Sgd(), 0);
    Replica replica = Engine.named(engine).createReplica(spec, options);
    weights.read(replica.parameters());
    return replica;
  }
}
