/** Where everybody listens during a measurement: the scenarios and the Kamailio configurations name these ports. */
export const ports = { switch: 15_060, caller: 15_070, callee: 15_080 } as const;
