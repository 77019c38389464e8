package org.palimpsest.dl4j.spark.data;

import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** The data that a program passes to {@code fit}. */
public sealed interface FitSource {
  /** The data. */
  JavaRDD<?> rdd();

  /** Writes the data to numbered batches. */
  ExportedBatches export(DataExport export);

  /** The decoder of the exported batches. */
  BatchDecoder decoder();

  /** The form in which hooks receive a batch. */
  BatchForm form();

  /** The type of the RDD's elements. */
  enum BatchForm {
    DATA_SET,
    MULTI_DATA_SET
  }

  /** Data sets with one input and one output. */
  record DataSets(JavaRDD<DataSet> rdd) implements FitSource {
    @Override
    public ExportedBatches export(DataExport export) {
      return export.write(rdd.map(DataSet::toMultiDataSet));
    }

    @Override
    public BatchDecoder decoder() {
      return new BatchDecoder.Stored();
    }

    @Override
    public BatchForm form() {
      return BatchForm.DATA_SET;
    }
  }

  /** Data sets with any number of inputs and outputs. */
  record MultiDataSets(JavaRDD<MultiDataSet> rdd) implements FitSource {
    @Override
    public ExportedBatches export(DataExport export) {
      return export.write(rdd);
    }

    @Override
    public BatchDecoder decoder() {
      return new BatchDecoder.Stored();
    }

    @Override
    public BatchForm form() {
      return BatchForm.MULTI_DATA_SET;
    }
  }

  /** Paths of files that a loader reads, one batch each. */
  record DataSetPaths(JavaRDD<String> rdd, DataSetLoader loader) implements FitSource {
    @Override
    public ExportedBatches export(DataExport export) {
      return export.writePaths(rdd);
    }

    @Override
    public BatchDecoder decoder() {
      return new BatchDecoder.DataSetFile(loader);
    }

    @Override
    public BatchForm form() {
      return BatchForm.DATA_SET;
    }
  }

  /** Files that a loader reads, a batch each. */
  record MultiDataSetPaths(JavaRDD<String> rdd, MultiDataSetLoader loader) implements FitSource {
    @Override
    public ExportedBatches export(DataExport export) {
      return export.writePaths(rdd);
    }

    @Override
    public BatchDecoder decoder() {
      return new BatchDecoder.MultiDataSetFile(loader);
    }

    @Override
    public BatchForm form() {
      return BatchForm.MULTI_DATA_SET;
    }
  }
}
