// How does toncenter write a transaction?
import type { Message, Transaction } from '@ton/core';
import type { Located } from './transaction-log.js';

export function describeTransaction({ address, transaction }: Located) {
  const storage = storageFee(transaction);
  const { coins: fee } = transaction.totalFees;
  const { inMessage } = transaction;
  return {
    '@type': 'raw.transaction',
    address: { '@type': 'accountAddress', account_address: address.toString() },
    utime: transaction.now,
    data: transaction.raw.toBoc().toString('base64'),
    transaction_id: {
      '@type': 'internal.transactionId',
      lt: String(transaction.lt),
      hash: transaction.hash().toString('base64'),
    },
    fee: String(fee),
    storage_fee: String(storage),
    other_fee: String(fee - storage),
    ...(inMessage === undefined || inMessage === null ? {} : { in_msg: describeMessage(inMessage) }),
    out_msgs: transaction.outMessages.values().map(describeMessage),
  };
}

function describeMessage({ info, body }: Message) {
  const internal = info.type === 'internal' ? info : undefined;
  return {
    '@type': 'raw.message',
    source: info.type === 'external-in' ? '' : info.src.toString(),
    destination: info.type === 'external-out' ? '' : info.dest.toString(),
    value: String(internal?.value.coins ?? 0n),
    fwd_fee: String(internal?.forwardFee ?? 0n),
    ihr_fee: String(internal?.ihrFee ?? 0n),
    created_lt: String(info.type === 'external-in' ? 0n : info.createdLt),
    body_hash: body.hash().toString('base64'),
    msg_data: { '@type': 'msg.dataRaw', body: body.toBoc().toString('base64'), init_state: '' },
    message: '',
  };
}

function storageFee({ description }: Transaction): bigint {
  return 'storagePhase' in description ? (description.storagePhase?.storageFeesCollected ?? 0n) : 0n;
}

/** Fees of a message that would run, in nanoTON. */
export function describeFees(transaction: Transaction) {
  const { description } = transaction;
  const action = 'actionPhase' in description ? description.actionPhase : undefined;
  const compute = 'computePhase' in description ? description.computePhase : undefined;
  const gas = compute?.type === 'vm' ? compute.gasFees : 0n;
  const storage = storageFee(transaction);
  const inForward = transaction.totalFees.coins - storage - gas - (action?.totalActionFees ?? 0n);
  return {
    '@type': 'query.fees',
    source_fees: {
      '@type': 'fees',
      in_fwd_fee: Number(inForward),
      storage_fee: Number(storage),
      gas_fee: Number(gas),
      fwd_fee: Number(action?.totalFwdFees ?? 0n),
    },
    destination_fees: [],
  };
}
