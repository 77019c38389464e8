"""A night of training with Apache Airflow 3 and its provider for Spark: spark-submit of the one jar.

The connection names the cluster, for example
AIRFLOW_CONN_SPARK_DEFAULT='{"conn_type": "spark", "host": "spark://master.example.com", "port": 7077}'.
SparkSubmitOperator takes every exit code but 0 for a failure, so `run.exit-codes=zero-to-go-on` is needed.
"""

import os
from datetime import datetime, timedelta

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import DAG

JAR = os.environ.get("PALIMPSEST_JAR", "/srv/palimpsest/palimpsest.jar")
RECIPE = os.environ.get("PALIMPSEST_RECIPE", "/srv/palimpsest/conf/nightly.conf")

with DAG(
    dag_id="palimpsest_nightly_submit",
    schedule="0 22 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
) as dag:
    SparkSubmitOperator(
        task_id="nightly",
        conn_id="spark_default",
        application=JAR,
        java_class="org.palimpsest.cli.Main",
        application_args=["nightly", "--config", RECIPE, "--set", "run.exit-codes=zero-to-go-on"],
        executor_cores=1,
        executor_memory=os.environ.get("PALIMPSEST_EXECUTOR_MEMORY", "4g"),
        conf={"spark.dynamicAllocation.enabled": "false"},
        execution_timeout=timedelta(hours=9),
        retries=int(os.environ.get("PALIMPSEST_RETRIES", "1")),
        retry_delay=timedelta(minutes=10),
    )
