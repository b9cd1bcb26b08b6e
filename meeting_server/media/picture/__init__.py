"""A room's pictures, forwarded as they come: never decoded, never recorded, always after the sound.

payload      VP8's and H.264's first bytes: where a key frame begins, picture numbers rewritten (pure)
writer       one viewer's stream of one place: contiguous whatever is shown (pure)
store        packets kept for a while, to be sent again; what is missing, to be asked for (pure)
limits       key frames wished for, bytes let in, patience with weak lines (pure)
rtcp         NACK, PLI, REMB read and written (pure)
sdp          offers of who shows and who looks on, answered (pure)
pacer        sends in slices so that sound comes between, and gives up first
camera       who shows: one connection, one stream
viewer       who looks on: one connection, one stream a place
pictures     the room's cameras and viewers
"""
