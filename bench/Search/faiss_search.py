"""FAISS on the vectors of the search benchmark: faiss_search.py VECTORS.f32 DIMENSION TRUTH.txt

TRUTH.txt has a line a query: its ordinal, then the ordinals of its nearest vectors. Prints rows of the benchmark's table.
Times are processor times of one thread; HNSW is left out unless HART_FAISS_HNSW is set, as building it takes minutes.
"""
import os
import sys
import time

import faiss
import numpy

path, dimension, truth_path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
vectors = numpy.fromfile(path, dtype=numpy.float32).reshape(-1, dimension)
truth = [[int(word) for word in line.split()] for line in open(truth_path)]
queries = vectors[[row[0] for row in truth]]


def measure(name, index, built):
    faiss.omp_set_num_threads(1)
    for query in queries[:50]:
        index.search(query[None], 10)
    times, found = [], 0
    for query, row in zip(queries, truth):
        start = time.thread_time()
        _, ordinals = index.search(query[None], 10)
        times.append((time.thread_time() - start) * 1000)
        found += len(set(ordinals[0].tolist()) & set(row[1:]))
    times.sort()
    median, last = times[len(times) // 2], times[len(times) * 99 // 100]
    print(f"| {len(vectors)} | FAISS {name} | {built:.1f} | - | {found / (10 * len(truth)):.3f} | {median:.2f} | {last:.2f} | - | - | - |", flush=True)


def build(index):
    faiss.omp_set_num_threads(os.cpu_count())
    start = time.time()
    if not index.is_trained:
        index.train(vectors)
    index.add(vectors)
    return time.time() - start


flat = faiss.IndexFlatIP(dimension)
measure("Flat", flat, build(flat))
quantizer = faiss.IndexFlatIP(dimension)
ivf = faiss.IndexIVFFlat(quantizer, dimension, 1024, faiss.METRIC_INNER_PRODUCT)
seconds = build(ivf)
for probes in (16, 64, 128, 256):
    ivf.nprobe = probes
    measure(f"IVF1024, {probes} probes", ivf, seconds)
if os.environ.get("HART_FAISS_HNSW"):
    hnsw = faiss.IndexHNSWFlat(dimension, 32, faiss.METRIC_INNER_PRODUCT)
    seconds = build(hnsw)
    hnsw.hnsw.efSearch = 128
    measure("HNSW32, ef 128", hnsw, seconds)
