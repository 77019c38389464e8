package org.palimpsest.tasks.denoising;

import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.base.Section;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.tokenize.AddedEntries;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.corpus.tokenize.TokenizerAdditions;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.spec.DropoutRates;
import org.palimpsest.model.spec.ModelSettings;
import org.palimpsest.model.spec.ModelShape;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.PositionEncoding;
import org.palimpsest.objective.Needs;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.training.config.Recipe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model from which pre-training begins, as {@code model.from} names it: its weights, its shape,
 * and its tokenizer.
 *
 * @param model the trained model
 * @param recipe of the new run; its objective is the model's if it sets none
 */
record InitialModel(TrainedModel model, Recipe recipe) {
  private static final Logger LOG = LoggerFactory.getLogger(InitialModel.class);

  /**
   * Opens the model. Empty if the recipe names none, or if its run has checkpoints, which hold all
   * that it needs.
   *
   * @throws PalimpsestException of kind INPUT if there is no such model
   */
  static Optional<InitialModel> of(Recipe recipe, Configuration hadoop) {
    String from = recipe.section("model").getString("from");
    if (from.isEmpty() || recipe.isResumed()) {
      return Optional.empty();
    }
    Path path = new Path(from);
    if (path.equals(new Path(recipe.directory()))) {
      throw PalimpsestException.configuration(
          "model.from is the run's own directory "
              + Secrets.redacted(from)
              + ": choose another run.directory.");
    }
    TrainedModel model = TrainedModel.at(path, hadoop);
    return Optional.of(new InitialModel(model, withObjective(recipe, model)));
  }

  private static Recipe withObjective(Recipe recipe, TrainedModel model) {
    return recipe.sets("objective")
        ? recipe
        : recipe.with("objective=" + model.pretrainingObjectiveText());
  }

  /** The model's tokenizer, with the special tokens that the objective needs. */
  TokenizerFile tokenizer() {
    int blockSize = recipe.section("corpus").getInt("block-size");
    Needs needs = Objectives.parse(recipe.objective()).needs(blockSize);
    List<String> missing = TokenizerAdditions.missing(known().vocabulary(), needs);
    if (!missing.isEmpty()) {
      LOG.warn(
          "The tokenizer of {} gets {} special token(s) that the objective {} needs: {}.",
          Secrets.redacted(model.origin()),
          missing.size(),
          Objectives.parse(recipe.objective()).name(),
          missing.size() < 4 ? missing : missing.get(0) + " … " + missing.get(missing.size() - 1));
    }
    return TokenizerAdditions.add(model.tokenizer(), missing);
  }

  private Tokenizer known() {
    return model.tokenizer().tokenizer();
  }

  /**
   * Returns the recipe with the shape of the model to train: the trained model's, with a row for
   * every entry of the corpus' tokenizer, more positions if {@code model.positions} asks for them,
   * and the recipe's dropout.
   *
   * @throws PalimpsestException of kind CONFIGURATION if another tokenizer made the corpus
   */
  Recipe withModel(Corpus corpus) {
    requireSameEntries(corpus);
    ModelSpec spec = model.spec();
    ModelShape shape = spec.shape();
    DropoutRates dropouts = ModelSettings.dropouts(recipe.section("model"), spec.dropouts());
    ModelShape larger =
        new ModelShape(
            Math.max(setting("vocabulary", 0), rows(corpus)),
            shape.width(),
            shape.headWidth(),
            shape.feedForward(),
            shape.heads(),
            shape.encoderLayers(),
            shape.decoderLayers(),
            positions());
    return recipe
        .with(ModelSettings.assignments(spec.with(larger).with(dropouts)))
        .with("model.type=\"" + type() + "\"");
  }

  /** That of the recipe, or else the model's. */
  private String type() {
    String chosen = recipe.section("model").getString("type");
    return chosen.isEmpty() ? model.type() : chosen;
  }

  private int rows(Corpus corpus) {
    return Math.max(model.spec().vocabulary(), corpus.vocabulary().size());
  }

  private int positions() {
    int known = model.spec().positions();
    int wanted = setting("positions", known);
    boolean isStretched =
        wanted > known
            && model.spec().architecture().positions() instanceof PositionEncoding.Learned;
    if (isStretched) {
      LOG.warn(
          "model.positions is {}, but {} has learned {}: positions beyond them begin as copies.",
          wanted,
          Secrets.redacted(model.origin()),
          known);
    }
    return Math.max(wanted, known);
  }

  private int setting(String key, int usual) {
    Section section = new Section("model", recipe.section("model"));
    return section.has(key) ? section.size(key) : usual;
  }

  private void requireSameEntries(Corpus corpus) {
    if (corpus.tokenizerFile().sha256().equals(model.tokenizer().sha256())) {
      return;
    }
    for (int id = 0; id < known().vocabulary().size(); id++) {
      boolean isSame =
          id < corpus.vocabulary().size() && corpus.tokenizer().token(id).equals(known().token(id));
      if (!isSame) {
        throw PalimpsestException.configuration(
            "The corpus %s was prepared with another tokenizer than that of the model %s: prepare it with model.from set, into another corpus.path or with --fresh."
                .formatted(
                    Secrets.redacted(corpus.path().toString()), Secrets.redacted(model.origin())));
      }
    }
  }

  /** The parameters of the model to train on a corpus. */
  InitialParameters parameters(ModelSpec spec, Corpus corpus) {
    int before = Math.min(known().vocabulary().size(), model.spec().vocabulary());
    AddedEntries added = new AddedEntries(model.tokenizer(), corpus.tokenizerFile());
    return InitialParameters.of(
        model,
        spec,
        new InitialParameters.Entries(before, corpus.vocabulary().size(), added.pieces()));
  }
}
