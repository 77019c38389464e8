package org.palimpsest.tasks.denoising;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.palimpsest.evaluation.inference.ModelWeights;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/** The parameters of a replica before the first step. Serialized to the workers. */
interface InitialParameters extends Serializable {

  /** Changes the parameters of a new replica, which are random. */
  void set(FlatVector parameters);

  /** Random parameters, as the specification of the model says. */
  static InitialParameters random() {
    return parameters -> {};
  }

  /**
   * The parameters of a trained model.
   *
   * @param spec the model to train: as {@code model}, perhaps with more entries or positions
   * @param entries of the tokenizers, before and now
   */
  static InitialParameters of(TrainedModel model, ModelSpec spec, Entries entries) {
    boolean isLarger = ParameterLayout.of(spec).size() > ParameterLayout.of(model.spec()).size();
    return isLarger || entries.now() > entries.before()
        ? new Grown(model.weights(), model.spec(), spec, entries)
        : model.weights()::read;
  }

  /**
   * Numbers of entries of a tokenizer. Rows of the embedding beyond them are padding.
   *
   * @param before those with which the model was trained
   * @param now those of the corpus
   * @param pieces for each of the last entries the earlier ones that its text was made of; none if
   *     it stands for no text
   */
  record Entries(int before, int now, List<List<Integer>> pieces) implements Serializable {
    private static final long serialVersionUID = 1L;

    public Entries {
      pieces = List.copyOf(pieces);
    }

    /** Gives the rows of entries that replace known ones the mean of those. */
    private void setMeans(Rows rows) {
      for (int i = 0; i < pieces.size(); i++) {
        int[] known = pieces.get(i).stream().mapToInt(id -> id).filter(id -> id < before).toArray();
        if (known.length > 0) {
          int id = now - pieces.size() + i;
          rows.fill(id, id + 1, rows.mean(known));
        }
      }
    }
  }

  /**
   * The parameters of a smaller model. Rows of new entries are the mean of the rows of those that
   * their text was made of before, or of all known ones. Rows of new positions repeat those of the
   * known ones, as in Longformer (arXiv 2004.05150, section 5), so that the distances that the
   * model knows stay the same nearly everywhere.
   *
   * @param weights parameters of the smaller model
   * @param from the smaller model
   * @param to the model to train
   * @param entries of the tokenizers
   */
  record Grown(ModelWeights weights, ModelSpec from, ModelSpec to, Entries entries)
      implements InitialParameters {
    private static final long serialVersionUID = 1L;

    @Override
    public void set(FlatVector parameters) {
      ParameterLayout before = ParameterLayout.of(from);
      ParameterLayout after = ParameterLayout.of(to);
      weights.read(new SmallerLayout(parameters, before, after));
      for (TensorSpec tensor : after.tensors()) {
        Rows rows = new Rows(parameters, tensor);
        int known = rows.count(before.tensor(tensor.name()));
        if (isByEntry(tensor)) {
          float[] mean = rows.mean(IntStream.range(0, entries.before()).toArray());
          rows.fill(entries.before(), entries.now(), mean);
          rows.fill(known, rows.count(tensor), mean);
          entries.setMeans(rows);
        } else {
          rows.repeat(ParameterLayout.POSITION_OFFSET, known);
        }
      }
    }

    private static boolean isByEntry(TensorSpec tensor) {
      return tensor.name().equals(ParameterLayout.EMBEDDING)
          || tensor.name().equals(ParameterLayout.UNTIED_HEAD);
    }
  }
}
