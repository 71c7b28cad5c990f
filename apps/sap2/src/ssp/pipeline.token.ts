/** By this Nest hands the pipeline to its controller. */
export const PIPELINE = Symbol('PIPELINE');
