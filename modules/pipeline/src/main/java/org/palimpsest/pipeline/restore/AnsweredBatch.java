package org.palimpsest.pipeline.restore;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.evaluation.inference.Restoration;
import org.palimpsest.evaluation.inference.Restorer;
import org.palimpsest.model.DecodingOptions;

/**
 * Answers a batch of requests, computing no more than the wanted outputs need.
 *
 * @param outputs what is wanted
 */
record AnsweredBatch(Restorer restorer, List<Output> outputs) {

  /** A text that can be used. */
  private record Usable(int place, Request request, int[] source, int[] embedded) {}

  /** The answers, in order. */
  List<Answer> of(List<Request> requests, DecodingOptions options) {
    List<Answer> answers = new ArrayList<>();
    List<Usable> usable = new ArrayList<>();
    for (Request request : requests) {
      try {
        usable.add(usable(answers.size(), request));
        answers.add(null);
      } catch (PalimpsestException e) {
        answers.add(Answer.refused(e.getMessage()));
      }
    }
    if (!usable.isEmpty()) {
      answer(usable, options, answers);
    }
    return answers;
  }

  private Usable usable(int place, Request request) {
    if (request.text() == null) {
      throw PalimpsestException.input("The text is null.");
    }
    boolean isRead = wantsTexts() || outputs.contains(Output.LOSS) || !wantsEmbeddings();
    return new Usable(
        place,
        request,
        isRead ? restorer.source(request.text()) : new int[0],
        wantsEmbeddings() ? restorer.embedder().ids(request.text()) : new int[0]);
  }

  private void answer(List<Usable> usable, DecodingOptions options, List<Answer> answers) {
    List<List<Restoration>> restored =
        wantsTexts()
            ? restorer.alternatives(usable.stream().map(Usable::source).toList(), options)
            : usable.stream().map(each -> List.<Restoration>of()).toList();
    List<float[]> embeddings =
        wantsEmbeddings()
            ? restorer.embedder().embed(usable.stream().map(Usable::embedded).toList())
            : List.of();
    for (int i = 0; i < usable.size(); i++) {
      Float[] embedding = embeddings.isEmpty() ? null : boxed(embeddings.get(i));
      Double loss = loss(usable.get(i));
      answers.set(usable.get(i).place(), new Answer(restored.get(i), embedding, loss, null));
    }
  }

  private boolean wantsTexts() {
    return outputs.stream().anyMatch(Output::isOfRestoring);
  }

  private boolean wantsEmbeddings() {
    return outputs.contains(Output.EMBEDDING);
  }

  private Double loss(Usable text) {
    String reference = text.request().reference();
    return reference == null || !outputs.contains(Output.LOSS)
        ? null
        : restorer.loss(text.source(), reference);
  }

  /** As Spark's rows hold arrays. */
  private static Float[] boxed(float... values) {
    Float[] boxed = new Float[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }
}
