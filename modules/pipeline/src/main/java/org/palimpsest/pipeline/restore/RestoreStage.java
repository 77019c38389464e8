package org.palimpsest.pipeline.restore;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.Device;
import org.palimpsest.pipeline.failure.NamedFailures;
import org.palimpsest.training.workload.TaskPlacement;

/**
 * Adds columns with restored texts to rows, in a Spark task: takes a batch of rows, lets the
 * replica of this JVM restore their texts, and goes on. The order of the rows stays.
 *
 * @param id identifies the parameters of the model
 * @param input index of the column of the texts
 * @param reference index of the column of the wanted texts; negative if there is none
 * @param outputs what the added columns hold
 */
public record RestoreStage(
    TrainedModel model,
    String id,
    RestoreSettings settings,
    int input,
    int reference,
    List<Output> outputs)
    implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  /** A stage for a model whose parameters are stored where every executor reads them. */
  public static RestoreStage of(
      TrainedModel model,
      RestoreSettings settings,
      int input,
      Optional<Integer> reference,
      List<Output> outputs,
      Configuration hadoop) {
    return new RestoreStage(
        model,
        ModelId.of(model, hadoop),
        settings,
        input,
        reference.orElse(-1),
        new ArrayList<>(outputs));
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Batches(rows);
  }

  private final class Batches implements Iterator<Row> {
    private final Iterator<Row> rows;
    private Iterator<Row> ready = List.<Row>of().iterator();

    Batches(Iterator<Row> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      if (!ready.hasNext() && rows.hasNext()) {
        List<Row> batch = new ArrayList<>();
        while (batch.size() < settings.batchRows() && rows.hasNext()) {
          batch.add(rows.next());
        }
        ready = NamedFailures.of(() -> extended(batch)).iterator();
      }
      return ready.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the rows have ended");
      }
      return ready.next();
    }
  }

  private List<Row> extended(List<Row> rows) {
    List<Request> requests =
        rows.stream().map(row -> new Request(text(row, input), text(row, reference))).toList();
    List<Answer> answers =
        SharedReplicas.of(this, placement()).answer(requests, settings.decoding(), outputs);
    List<Row> extended = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      refuseIfBad(answers.get(i));
      extended.add(extended(rows.get(i), answers.get(i)));
    }
    return extended;
  }

  private TaskPlacement placement() {
    return TaskPlacement.of(TaskContext.get(), Device.parse(settings.place().device()));
  }

  private static String text(Row row, int index) {
    return index < 0 || row.isNullAt(index) ? null : row.getString(index);
  }

  private void refuseIfBad(Answer answer) {
    if (settings.badText() == RestoreSettings.BadText.FAIL && answer.error() != null) {
      throw PalimpsestException.input(
          "A text cannot be restored: "
              + answer.error()
              + " Remove it, or set onBadText to null and errorCol to a column for the reason.");
    }
  }

  private Row extended(Row row, Answer answer) {
    Object[] values = new Object[row.size() + outputs.size()];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    for (int i = 0; i < outputs.size(); i++) {
      values[row.size() + i] = answer.value(outputs.get(i));
    }
    return RowFactory.create(values);
  }
}
